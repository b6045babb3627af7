//! From bytes to text: byte order marks, UTF-16, and what an XML declaration claims.

use std::borrow::Cow;

use super::Unreadable;

/// In what the body was written: AWS alone sends UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Two bytes for most characters.
    Utf16,
    /// Anything else.
    Bytes,
}

/// The text of a body.
///
/// A byte order mark decides (WHATWG Encoding, section 6); without one, a zero byte in the first two is UTF-16, since
/// every feed begins with a character of ASCII; then the XML declaration; then UTF-8. A byte that does not fit is an error
/// and not a replacement character: half of a feed must not pass for a whole one.
pub fn text(body: &[u8]) -> Result<(Cow<'_, str>, Encoding), Unreadable> {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(body).unwrap_or_else(|| (guess(body), 0));
    let is_utf_16 = encoding == encoding_rs::UTF_16BE || encoding == encoding_rs::UTF_16LE;
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(&body[mark..])
        .ok_or(Unreadable::NotText("a byte does not fit its encoding"))?;
    Ok((text, if is_utf_16 { Encoding::Utf16 } else { Encoding::Bytes }))
}

fn guess(body: &[u8]) -> &'static encoding_rs::Encoding {
    match body {
        [0, second, ..] if *second != 0 => encoding_rs::UTF_16BE,
        [first, 0, ..] if *first != 0 => encoding_rs::UTF_16LE,
        _ => declared(body).unwrap_or(encoding_rs::UTF_8),
    }
}

/// What `<?xml … encoding="…"?>` names, if it is an encoding in which that line could have been read.
fn declared(body: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &body[..body.len().min(200)];
    let head = head.strip_prefix(b"<?xml")?;
    let head = std::str::from_utf8(&head[..head.windows(2).position(|two| two == b"?>")?]).ok()?;
    let (_, value) = head.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    encoding_rs::Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_its_mark() {
        for body in [
            utf_16("[é]", &[0xFE, 0xFF], u16::to_be_bytes),
            utf_16("[é]", &[0xFF, 0xFE], u16::to_le_bytes),
            utf_16("[é]", &[], u16::to_be_bytes),
            utf_16("[é]", &[], u16::to_le_bytes),
        ] {
            assert_eq!(text(&body).unwrap(), ("[é]".into(), Encoding::Utf16), "{body:?}");
        }
    }

    #[test]
    fn an_xml_declaration_is_believed() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><rss>caf\xE9</rss>";
        assert!(text(latin).unwrap().0.ends_with("<rss>café</rss>"));
        assert!(text(b"\xEF\xBB\xBF<rss>caf\xC3\xA9</rss>").unwrap().0.ends_with("café</rss>"));
    }

    #[test]
    fn what_is_cut_in_a_character_is_no_text() {
        assert!(text(b"[\"\xC3").is_err());
        assert!(text(&[0xFE, 0xFF, 0, b'[', 0]).is_err());
        assert!(text(b"<?xml version='1.0' encoding='utf-16'?>").is_ok(), "a line that could not be read in UTF-16");
    }
}
