//! Tags: words by which servers are grouped.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How many tags a server has at most.
pub const MAX_TAGS: usize = 32;

/// Characters in a tag.
const MAX_LENGTH: usize = 50;

/// A word of lower-case letters, digits, hyphens and underscores that begins with a letter: what Ansible takes for
/// a group and Prometheus for a label's value alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Tag(Arc<str>);

impl Tag {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if word.is_empty() || word.len() > MAX_LENGTH {
            return Err("must have 1 to 50 characters");
        }
        if !word.bytes().all(fit) || !word.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err("must begin with a lower-case letter and have only those, digits, - and _");
        }
        Ok(Self(word.into()))
    }
}

impl TryFrom<String> for Tag {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        word.parse()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_lower_case_word() {
        for right in ["web", "eu-west-3", "team_a", "x"] {
            assert!(right.parse::<Tag>().is_ok(), "{right}");
        }
        for wrong in ["", "Web", "1st", "-a", "a b", "é", "a,b", &"a".repeat(51)] {
            assert!(wrong.parse::<Tag>().is_err(), "{wrong:?}");
        }
    }
}
