//! Text for people out of HTML: what a provider wrote is shown as text, so its tags are dropped and not trusted.

/// Bytes that are looked at. What is shown is shorter by far; and each `<` looks for its `>` up to the end, so that eight
/// megabytes of them would keep a core busy for an hour.
const LONGEST: usize = 32 * 1024;

/// The text of a piece of HTML, or of plain text: without tags, with the few entities that feeds use in their places.
/// Paragraphs and list items begin a new line.
pub fn text(html: &str) -> String {
    let html = &html[..html.floor_char_boundary(LONGEST)];
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(place) = rest.find(['<', '&']) {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        rest = if rest.starts_with('<') { tag(rest, &mut out) } else { entity(rest, &mut out) };
    }
    out.push_str(rest);
    let lines = out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n").chars().filter(|character| !character.is_control() || *character == '\n').collect()
}

/// What is behind a tag; a `<` that begins none stays.
fn tag<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let begins = rest[1..].starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!'));
    let Some(end) = rest.find('>').filter(|_| begins) else {
        out.push('<');
        return &rest[1..];
    };
    let name = rest[1..end].trim_start_matches('/').split(|letter: char| !letter.is_ascii_alphanumeric()).next();
    if matches!(name, Some("p" | "br" | "li" | "div" | "ul" | "ol" | "tr" | "h1" | "h2" | "h3" | "h4" | "P" | "BR")) {
        out.push('\n');
    }
    &rest[end + 1..]
}

/// The longest entity that is looked for.
const LONGEST_ENTITY: usize = 10;

fn entity<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let name = rest.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';').map(|end| &rest[1..end]);
    let character = match name {
        Some("amp") => Some('&'),
        Some("lt") => Some('<'),
        Some("gt") => Some('>'),
        Some("quot") => Some('"'),
        Some("apos") => Some('\''),
        Some("nbsp") => Some(' '),
        Some(number) => numbered(number),
        None => None,
    };
    if let (Some(character), Some(name)) = (character, name) {
        out.push(character);
        return &rest[name.len() + 2..];
    }
    out.push('&');
    &rest[1..]
}

fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_go_and_lines_stay() {
        assert_eq!(
            text("<p>We  fixed it.&nbsp;</p><p>a &lt; b &amp; c &#39;d&#x27;</p>"),
            "We fixed it.\na < b & c 'd'"
        );
        assert_eq!(text("1 < 2 & 3 &unknown; <br/>x <script>alert(1)</script>"), "1 < 2 & 3 &unknown;\nx alert(1)");
        assert_eq!(text("<p"), "<p");
    }

    proptest! {
        #[test]
        fn any_text_has_a_text(html in "\\PC{0,80}|[<>&;#a-z /\n]{0,80}") {
            prop_assert!(text(&html).len() <= html.len());
        }
    }
}
