//! What flags and segments are called.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a key at most.
const LONGEST: usize = 100;

/// The key of a flag or a segment: 1 to 100 letters and digits of ASCII, `.`, `_` and `-`.
///
/// Clients of OFREP put it into an address as it is, so it has nothing that would have to be escaped there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "new-checkout", pattern = "^[A-Za-z0-9._-]{1,100}$")]
pub struct Key(String);

impl Key {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        // as a part of an address these two would be steps, not names
        let steps = matches!(text, "." | "..");
        if (1..=LONGEST).contains(&text.len()) && text.bytes().all(fit) && !steps {
            Ok(Self(text.to_owned()))
        } else {
            Err("must have 1 to 100 letters and digits of ASCII, dots, underscores and hyphens")
        }
    }
}

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_needs_no_escapes_in_an_address() {
        for good in ["new-checkout", "a", "A.b_c-9", "...", &"x".repeat(100)] {
            assert!(good.parse::<Key>().is_ok(), "{good}");
        }
        for wrong in ["", ".", "..", "a b", "a/b", "é", "a%20", &"x".repeat(101)] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }
}
