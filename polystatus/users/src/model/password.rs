//! Passwords: which ones are good enough, and what is kept of them.
//!
//! The rules are NIST's (SP 800-63B, section 3.1.1.2) and those of OWASP's ASVS 5 (6.2): a length, and a comparison with
//! what everybody tries first. No rule about kinds of characters and no expiry: both make people choose worse ones.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zxcvbn::{Score, zxcvbn};

use super::{Email, Name};

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

    fn text(&self) -> &str {
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

/// Whether somebody may choose this password. Takes up to some milliseconds: it belongs onto the hashing threads.
///
/// `zxcvbn` compares it with 30,000 passwords from breaches and with words and names in several languages, also in
/// disguise (`P@ssw0rd1`), and estimates how many tries a guesser needs. Below 10^6 it is refused: that many an attacker
/// makes who is slowed down by our throttle and has a year.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password: &Password, email: &Email, name: &Name) -> Result<(), &'static str> {
    let length = password.text().chars().count();
    if length < MIN_PASSWORD {
        return Err("must have at least 8 characters");
    }
    if length > MAX_PASSWORD {
        return Err("must have at most 256 characters");
    }
    if is_own(password.text(), email, name) {
        return Err("must not be your own name or e-mail address");
    }
    let own = [email.as_str(), email.local_part(), name.as_str(), "polystatus", "polyops"];
    if zxcvbn(password.text(), &own).score() < Score::Two {
        return Err("is too easy to guess: it is, or is made of, what everybody tries first");
    }
    Ok(())
}

fn is_own(password: &str, email: &Email, name: &Name) -> bool {
    let password = password.to_lowercase();
    [email.as_str(), email.local_part(), &name.as_str().to_lowercase()].contains(&password.as_str())
}

/// What is kept of a password: an argon2id hash in PHC format, with its salt and its cost.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash {
    /// The hash.
    pub phc: String,
    /// When it was chosen, in Unix seconds.
    pub changed_at: i64,
    /// It was given out by the service and is good for one login, at which another must be chosen.
    #[serde(default)]
    pub one_time: bool,
}

/// Without the hash: accounts are printed when something goes wrong.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHash").field("changed_at", &self.changed_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), &'static str> {
        let (email, name) = ("zoe.martin@example.org".parse().unwrap(), "Zoé Martin".parse().unwrap());
        check_password(&password.to_owned().into(), &email, &name)
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for weak in [
            "password",
            "12345678",
            "qwertyuiop",
            "iloveyou1",
            "Passw0rd!",
            "P@ssw0rd1",
            "sunshine1",
            "aaaaaaaaaaaa",
            "abcdefgh",
            "football1",
            "zoe.martin@example.org",
            "ZOE.MARTIN",
            "zoé martin",
            "zoemartin",
            "polystatus1",
        ] {
            assert!(check(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn a_length_is_all_that_is_asked_for_otherwise() {
        for good in
            ["correct horse battery staple", "zvkqmxwp", "été à Nîmes, 35°", "ﷺﷺ李白乘舟將欲行", "        x  y z9"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(check("zvkqmxw"), Err("must have at least 8 characters"));
        let long: String = (1..=256).filter_map(|n: u32| char::from_u32(0x4e00 + n * n % 5003)).collect();
        assert_eq!(check(&long), Ok(()), "256 characters, and more bytes");
        assert_eq!(check(&"x".repeat(257)), Err("must have at most 256 characters"));
    }

    #[test]
    fn neither_a_password_nor_its_hash_is_printed() {
        let hash = PasswordHash { phc: "hidden".to_owned(), changed_at: 1, one_time: false };
        let shown = format!("{:?} {hash:?}", Password::from("hidden".to_owned()));
        assert!(!shown.contains("hidden"), "{shown}");
    }
}
