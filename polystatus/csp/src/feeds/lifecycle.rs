//! The words in which providers say where an incident stands.

/// Whether what stands there goes on. `None`: a word that nobody here knows.
pub fn goes_on(word: &str) -> Option<bool> {
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "investigating" | "identified" | "monitoring" | "update" | "inprogress" | "verifying" | "active" | "open"
        | "ongoing" | "started" | "acknowledged" => Some(true),
        // what has not begun does not go on
        "resolved" | "postmortem" | "completed" | "closed" | "cancelled" | "canceled" | "scheduled"
        | "notstartedyet" | "planned" | "upcoming" => Some(false),
        _ => None,
    }
}

/// The first word in a text that says where something stands: the newest update comes first in feeds, and names its
/// state in front, as in `Resolved - A fix …`. Only the beginning of a line counts: `not resolved yet` resolves nothing.
pub fn in_text(text: &str) -> Option<(&str, bool)> {
    text.lines().take(20).find_map(|line| {
        // before it there may be a time: `Jul 24, 19:43 UTC` on a line of its own, or `19:43 UTC - Resolved`
        let parts = line.split([':', '-', '–', '—', '|']).map(str::trim);
        let mut words = parts.filter(|part| part.split_whitespace().count() <= 2);
        words.find_map(|part| goes_on(part).filter(|_| !part.is_empty()).map(|active| (part, active)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_counts() {
        assert_eq!(
            in_text("Jul 24, 19:43 UTC\nResolved - A fix is there.\nInvestigating - We look."),
            Some(("Resolved", false))
        );
        assert_eq!(in_text("[Investigating] - Slow"), Some(("[Investigating]", true)));
        assert_eq!(in_text("In progress: work goes on"), Some(("In progress", true)));
        assert_eq!(in_text("It is not resolved yet, and we are investigating"), None);
    }

    #[test]
    fn an_unknown_word_says_nothing() {
        for word in ["", "flurbled", "resolvedish", "operational"] {
            assert_eq!(goes_on(word), None, "{word}");
        }
    }
}
