//! Passwords: which ones are good enough, and what is kept of them.
//!
//! The rules are NIST's (SP 800-63B, section 3.1.1.2) and those of OWASP's ASVS 5 (6.2): a length, and a comparison with
//! what everybody tries first. No rule about kinds of characters and no expiry: both make people choose worse ones.

use std::fmt;

use logins::password::too_easy;
pub use logins::password::{MAX_PASSWORD, MIN_PASSWORD, Password};
use serde::{Deserialize, Serialize};

use super::{Email, Name};

/// Whether somebody may choose this password. Takes up to some milliseconds: it belongs onto the hashing threads.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password: &Password, email: &Email, name: &Name) -> Result<(), &'static str> {
    if is_own(password.text(), email, name) {
        return Err("must not be your own name or e-mail address");
    }
    too_easy(password, &[email.as_str(), email.local_part(), name.as_str(), "polystatus", "polyops"])
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
