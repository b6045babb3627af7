//! Names that somebody typed, made into names of files here.

use std::collections::HashSet;

/// Bytes that a name may have on most file systems.
const LONGEST: usize = 255;

/// Room for what tells two files of one name apart.
const ROOM: usize = 32;

/// A name that leads nowhere else, whatever it was: no separators, no control characters, neither `.` nor `..`, and not
/// too long. Names that the documents API takes stay as they are.
pub(super) fn safe(name: &str) -> String {
    let clean: String = name.chars().map(|c| if matches!(c, '/' | '\\') || c.is_control() { '_' } else { c }).collect();
    let clean = if clean.trim_matches(['.', ' ']).is_empty() { "_".to_owned() } else { clean };
    shortened(&clean, LONGEST)
}

fn shortened(name: &str, bytes: usize) -> String {
    if name.len() <= bytes {
        return name.to_owned();
    }
    // the end of a name says which program opens it
    let (stem, end) = split(name);
    let end = if end.len() < bytes / 2 { end } else { "" };
    format!("{}{end}", &stem[..stem.floor_char_boundary(bytes - end.len())])
}

fn split(name: &str) -> (&str, &str) {
    let dot = name.rfind('.').filter(|dot| *dot > 0).unwrap_or(name.len());
    name.split_at(dot)
}

/// Names that are taken in one folder. Two that differ in upper and lower case alone are one on some systems.
#[derive(Debug, Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    /// A safe name that nobody has yet; a second one of the same name carries the file's number.
    pub(super) fn give(&mut self, name: &str, file: i64) -> String {
        let plain = safe(name);
        if self.0.insert(plain.to_lowercase()) {
            return plain;
        }
        let short = shortened(&plain, LONGEST - ROOM);
        let (stem, end) = split(&short);
        for again in 1.. {
            let number = if again == 1 { String::new() } else { format!(".{again}") };
            let other = format!("{stem} (file {file}{number}){end}");
            if self.0.insert(other.to_lowercase()) {
                return other;
            }
        }
        plain
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_leads_elsewhere_becomes_harmless_and_the_rest_stays() {
        for (name, expected) in [
            ("contract.pdf", "contract.pdf"),
            ("Été 2026 (final).odt", "Été 2026 (final).odt"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\x", "C:_x"),
            ("..", "_"),
            (".", "_"),
            ("", "_"),
            (" ", "_"),
            ("a\0b\nc", "a_b_c"),
        ] {
            assert_eq!(safe(name), expected);
        }
        let long = format!("{}.pdf", "é".repeat(200));
        assert!(safe(&long).len() <= LONGEST && safe(&long).ends_with("é.pdf"));
    }

    #[test]
    fn two_files_of_one_name_are_told_apart() {
        let mut taken = Taken::default();
        assert_eq!(taken.give("a.txt", 1), "a.txt");
        assert_eq!(taken.give("A.TXT", 2), "A (file 2).TXT");
        assert_eq!(taken.give("a (file 3).txt", 9), "a (file 3).txt");
        assert_eq!(taken.give("a.txt", 3), "a (file 3.2).txt");
    }

    proptest! {
        #[test]
        fn every_name_is_one_part_of_a_path_and_given_once(names in prop::collection::vec("\\PC{0,300}|[./\\\\\0 a]{0,9}", 1..8)) {
            let (mut taken, mut given) = (Taken::default(), HashSet::new());
            for (name, file) in names.iter().zip(1..) {
                let safe = taken.give(name, file);
                let parts: Vec<_> = Path::new(&safe).components().collect();
                prop_assert!(matches!(parts[..], [Component::Normal(_)]), "{safe:?}");
                prop_assert!(safe.len() <= LONGEST && given.insert(safe.to_lowercase()));
            }
        }
    }
}
