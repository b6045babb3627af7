//! What a user logs in with.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Characters of a login at most: every mail address is one.
const LONGEST: usize = 254;

/// A login: ASCII in lower case, so that no two logins look the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Login(String);

impl Login {
    /// The login.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Login {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fit = |c: char| c.is_ascii_alphanumeric() || "._+-@".contains(c);
        let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins || text.len() > LONGEST || !text.chars().all(fit) {
            return Err("must be 1 to 254 letters a to z, digits and . _ + - @, and begin with a letter or a digit");
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_ascii_in_lower_case() {
        let login = |text: &str| text.parse().map(|login: Login| login.0);
        assert_eq!(login("Zoe.Martin@example.org").as_deref(), Ok("zoe.martin@example.org"));
        for wrong in ["", " ", "zoé", "-x", "@x", "a b", "a\0", "a/b", &"x".repeat(255)] {
            assert!(login(wrong).is_err(), "{wrong:?}");
        }
    }
}
