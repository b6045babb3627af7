//! What people wrote, as XML can hold it.

/// Escaped for text and for attributes alike. Characters that XML 1.0 (2.2) cannot hold at all are left out.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() && (other as u32) < 0x20 => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_write_is_markup() {
        assert_eq!(escape("<a href=\"x\">&'\u{0}\u{ffff}é"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;é");
    }
}
