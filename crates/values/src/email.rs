//! E-mail addresses, as a form of a web page takes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An e-mail address in lower case.
///
/// Not all that RFC 5322 can write: what the HTML standard calls a valid e-mail address, which is what people have. The
/// part before the `@` could differ in case by the RFC; nobody's does, and two accounts for one person would be worse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Octets in the whole address, and before the `@` (RFC 5321, section 4.5.3.1).
const MAX_LENGTH: usize = 254;
const MAX_LOCAL: usize = 64;

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl FromStr for Email {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be an e-mail address such as zoe@example.org";
        let (local, domain) = text.rsplit_once('@').ok_or(WRONG)?;
        let atom = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let fit = text.len() <= MAX_LENGTH
            && (1..=MAX_LOCAL).contains(&local.len())
            && local.bytes().all(atom)
            && domain.split('.').all(label);
        if fit { Ok(Self(text.to_ascii_lowercase())) } else { Err(WRONG) }
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case() {
        for (given, kept) in [
            ("Zoe@Example.ORG", "zoe@example.org"),
            ("a.b+c@example.org", "a.b+c@example.org"),
            ("admin@localhost", "admin@localhost"),
            ("o'neil@a-b.example.org", "o'neil@a-b.example.org"),
        ] {
            assert_eq!(given.parse::<Email>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_could_be_two_addresses_or_a_header_is_none() {
        let long = format!("a@{}.org", "b".repeat(64));
        let longer = format!("{}@example.org", "a".repeat(65));
        for wrong in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c.org",
            "a@b@c.org",
            "a@b..org",
            "a@-b.org",
            "a@b-.org",
            "a@b.org\r\nBcc: c@d.org",
            "a@b.org,c@d.org",
            "<a@b.org>",
            "\"a\"@b.org",
            "a@[127.0.0.1]",
            "é@example.org",
            "a@exämple.org",
            &long,
            &longer,
        ] {
            assert!(wrong.parse::<Email>().is_err(), "{wrong:?}");
        }
    }
}
