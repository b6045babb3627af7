//! Names of people and of teams.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A name: one line of text, without blanks around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Characters in a name.
const MAX_LENGTH: usize = 100;

/// What turns the direction of text around: in a list of names, one could pose as another.
const TURNS: [char; 9] =
    ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];

impl Name {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX_LENGTH {
            return Err("must have 1 to 100 characters");
        }
        let unfit = |c: char| c.is_control() || TURNS.contains(&c) || matches!(c, '\u{2028}' | '\u{2029}');
        if text.contains(unfit) {
            Err("must be one line without control characters")
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_people_have() {
        for name in ["Zoé", "李", "Jean-Noël d'Été", "x"] {
            assert_eq!(format!("  {name} ").parse::<Name>().unwrap().as_str(), name);
        }
        assert!("é".repeat(100).parse::<Name>().is_ok());
    }

    #[test]
    fn what_would_spoil_a_list_or_a_mail_is_none() {
        for wrong in ["", "  ", "a\nb", "a\0b", "a\u{202e}b", "a\u{2028}b", &"é".repeat(101)] {
            assert!(wrong.parse::<Name>().is_err(), "{wrong:?}");
        }
    }
}
