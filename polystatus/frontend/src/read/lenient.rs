//! Fields as they come.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// Characters of a line at most: names and titles.
const LINE: usize = 300;

/// Characters of a text at most.
const TEXT: usize = 6000;

/// Items of a list at most.
pub const MOST: usize = 1000;

/// What is null is as good as absent.
pub fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A list, of which so many are kept.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let mut items: Vec<T> = or_default(deserializer)?;
    items.truncate(MOST);
    Ok(items)
}

/// One line: control characters become spaces, and so do the signs by which a text is made to read from the other side,
/// since what stands after it on the page would be turned round, too.
pub fn line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let cleaned = text.chars().take(LINE).map(|c| if c.is_control() || turns(c) { ' ' } else { c });
    cleaned.collect::<String>().trim().to_owned()
}

/// A text of several lines.
pub fn text(text: &str) -> String {
    let lines = text.lines().map(line_of_text).collect::<Vec<_>>().join("\n");
    lines.chars().take(TEXT).collect::<String>().trim().to_owned()
}

fn line_of_text(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !c.is_control() && !turns(*c)).collect()
}

/// A time as the status API writes it, in Unix seconds.
pub fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// An id that may stand in an address of this page, percent-encoded there: letters of any language, digits, `-`, `_`.
pub fn id(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    ((1..=200).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_line_ends_and_does_not_turn_round() {
        assert_eq!(line(" a\nb\u{202e}c\u{0}\t"), "a b c");
        assert_eq!(line(&"é".repeat(1000)).chars().count(), LINE);
        assert_eq!(text("a\r\nb\u{7}\u{2066}c\n\n"), "a\nbc");
    }

    #[test]
    fn times_and_ids_are_those_or_none() {
        assert_eq!(moment("2023-11-14T22:13:20.000Z"), Some(1_700_000_000));
        assert_eq!(moment("yesterday"), None);
        assert_eq!(id("INC-1"), Some("INC-1".to_owned()));
        assert_eq!(id("sécurité"), Some("sécurité".to_owned()));
        assert_eq!((id(""), id("../x"), id("a b"), id(&"x".repeat(201))), (None, None, None, None));
    }
}
