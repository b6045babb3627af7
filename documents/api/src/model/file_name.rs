//! What a file may be called: a name that is one on every system, and that looks like what it is.
//!
//! Nothing here becomes a path on our disk, since content lies under its checksum. But clients save files under these
//! names, and a backup writes them into folders: so what would lead out of a folder, or cannot exist on Windows, or looks
//! like another name, is refused once, at the door.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// Bytes of a name at most: what ext4, APFS and NTFS take, whichever counts in what.
const LONGEST: usize = 255;

/// Names that Windows keeps for devices, whatever follows a dot behind them (Microsoft, "Naming Files, Paths, and
/// Namespaces"). `COM1` to `LPT9` are in [`is_device`].
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The name of a file, in Unicode's normal form C: `é` is one character, whether a Mac sent two or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for two names that a folder on Windows or on a Mac would take for one: upper and lower case.
    pub fn key(&self) -> String {
        let folded: String = self.0.to_lowercase().nfc().collect();
        // İ becomes two characters: a key that is too long for its column is cut, and then takes more names for one
        folded[..folded.floor_char_boundary(LONGEST)].to_owned()
    }
}

impl FromStr for FileName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // before it is normalized, which takes time
        if text.len() > 4 * LONGEST {
            return Err("must have at most 255 bytes in UTF-8");
        }
        let name: String = text.nfc().collect();
        if name.is_empty() {
            return Err("must not be empty");
        }
        if name.len() > LONGEST {
            return Err("must have at most 255 bytes in UTF-8");
        }
        if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) {
            return Err("must not contain / \\ : * ? \" < > or |");
        }
        if name.chars().any(is_invisible) {
            return Err("must not contain control characters, or others that change how a name looks and are not seen");
        }
        if name.starts_with(char::is_whitespace) || name.ends_with(char::is_whitespace) {
            return Err("must not begin or end with a blank");
        }
        // `.` and `..` too
        if name.ends_with('.') {
            return Err("must not end with a dot");
        }
        if is_device(&name) {
            return Err("must not be the name of a device on Windows");
        }
        Ok(Self(name))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Controls (zero bytes among them), and format characters that turn text around, hide, or mark: `cod.exe` can be shown
/// as `exe.doc` (Unicode Technical Report 36, 2.5). Those that join letters of Persian or parts of an emoji stay.
fn is_invisible(c: char) -> bool {
    let format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    // the last two of each plane are no characters, nor are these 32
    let nothing = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    c.is_control() || format || nothing
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |prefix: &str| {
        let digit = stem.strip_prefix(prefix)?;
        // Windows takes the superscripts of Latin-1 for digits
        Some(matches!(digit, "¹" | "²" | "³") || (digit.len() == 1 && digit.bytes().all(|b| b.is_ascii_digit())))
    };
    DEVICES.contains(&&*stem) || numbered("com") == Some(true) || numbered("lpt") == Some(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Result<String, &'static str> {
        text.parse().map(|name: FileName| name.0)
    }

    #[test]
    fn names_that_people_use_are_taken() {
        for good in [
            "a",
            "rapport 2026.pdf",
            "Été à Nîmes.odt",
            ".bashrc",
            "archive.tar.gz",
            "契約書.docx",
            "نامه‌ها.txt",
            "👩‍💻 notes.md",
            "com.txt",
            "com10.txt",
            "console.log",
            "nullable.rs",
            "a;b&c=d%2f..txt",
            "~$lock",
            "-rf",
        ] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
    }

    #[test]
    fn names_that_lead_elsewhere_or_deceive_are_refused() {
        for wrong in [
            "",
            " ",
            ".",
            "..",
            "...",
            "../x",
            "a/b",
            "/etc/passwd",
            "..\\x",
            "C:\\x",
            "C:",
            "file:stream",
            "a*",
            "a?",
            "\"a\"",
            "<a>",
            "a|b",
            "a\0",
            "\0",
            "a\nb",
            "a\u{7f}",
            "a\u{85}b",
            " a",
            "a ",
            "a\u{a0}",
            "a.",
            "CON",
            "con",
            "nul.txt",
            "Aux.tar.gz",
            "COM1",
            "lpt9.txt",
            "COM¹",
            "com0",
            "CONIN$",
            "nul .txt",
            "cod\u{202e}exe.",
            "a\u{202e}fdp.exe",
            "a\u{2066}b",
            "a\u{200b}b",
            "\u{feff}a",
            "a\u{2028}b",
            "a\u{fffe}",
            "a\u{e0041}",
        ] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
        assert!(name(&"x".repeat(255)).is_ok() && name(&"x".repeat(256)).is_err() && name(&"é".repeat(128)).is_err());
    }

    #[test]
    fn twins_are_one_name() {
        assert_eq!(name("e\u{301}te\u{301}.txt"), Ok("été.txt".to_owned()));
        let key = |text: &str| text.parse::<FileName>().unwrap().key();
        assert_eq!(key("E\u{301}te\u{301}.TXT"), key("été.txt"));
        assert_ne!(key("ete.txt"), key("été.txt"));
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_in_its_folder_and_as_it_is(text in "\\PC{0,40}|[a-z./\\\\: \\x00-\\x1f\u{301}]{0,12}") {
            if let Ok(taken) = text.parse::<FileName>() {
                let path = std::path::Path::new("folder").join(taken.as_str());
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("folder")));
                prop_assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(taken.as_str()));
                prop_assert!(taken.as_str().len() <= LONGEST && taken.key().len() <= LONGEST);
                // what is read back from the database is the same name
                prop_assert_eq!(taken.as_str().parse::<FileName>(), Ok(taken.clone()));
            }
        }
    }
}
