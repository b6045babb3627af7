//! Passwords: which ones are good enough.
//!
//! The rules are NIST's (SP 800-63B, section 3.1.1.2) and those of OWASP's ASVS 5 (6.2): a length, and a comparison with
//! what everybody tries first. No rule about kinds of characters and no expiry: both make people choose worse ones.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zxcvbn::{Score, zxcvbn};

/// Characters that a password has at least, and at most. Counted as people count them: 8 letters of any alphabet.
pub const MIN_PASSWORD: usize = 8;
/// Long enough for every sentence that somebody remembers; hashing costs the same for all of them.
pub const MAX_PASSWORD: usize = 256;

/// A password that somebody has typed. It is not shown by `Debug`, and wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// What is hashed.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    /// What the owner typed.
    pub fn text(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// Whether a guesser needs enough tries. Takes up to some milliseconds: it belongs onto the hashing threads.
///
/// `zxcvbn` compares it with 30,000 passwords from breaches and with words and names in several languages, also in
/// disguise (`P@ssw0rd1`), and with the words that are `own` to this user; it estimates how many tries a guesser needs.
/// Below 10^6 it is refused: that many an attacker makes who is slowed down by our throttle and has a year.
///
/// # Errors
/// What is wrong with it.
pub fn too_easy(password: &Password, own: &[&str]) -> Result<(), &'static str> {
    let length = password.text().chars().count();
    if length < MIN_PASSWORD {
        return Err("must have at least 8 characters");
    }
    if length > MAX_PASSWORD {
        return Err("must have at most 256 characters");
    }
    if zxcvbn(password.text(), own).score() < Score::Two {
        return Err("is too easy to guess: it is, or is made of, what everybody tries first");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_common_or_ones_own_is_refused() {
        let check = |password: &str| too_easy(&password.to_owned().into(), &["zoe.martin"]);
        assert_eq!(check("zvkqmxw"), Err("must have at least 8 characters"));
        assert_eq!(check(&"x".repeat(257)), Err("must have at most 256 characters"));
        assert!(check("P@ssw0rd1").is_err() && check("zoe.martin").is_err());
        assert_eq!(check("correct horse battery staple"), Ok(()));
    }

    #[test]
    fn a_password_is_not_printed() {
        assert!(!format!("{:?}", Password::from("hidden".to_owned())).contains("hidden"));
    }
}
