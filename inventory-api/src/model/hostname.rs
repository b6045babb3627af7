//! Host names (RFC 952, RFC 1123 section 2.1, RFC 1035 section 2.3.4).

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A host name: labels of letters, digits and hyphens, parted by dots, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Hostname(Arc<str>);

/// Octets in the whole name.
const MAX_LENGTH: usize = 253;
/// Octets in a label.
const MAX_LABEL: usize = 63;

impl Hostname {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Hostname {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name.is_empty() || name.len() > MAX_LENGTH {
            return Err("must have 1 to 253 characters");
        }
        for label in name.split('.') {
            if label.is_empty() || label.len() > MAX_LABEL {
                return Err("must have 1 to 63 characters between two dots");
            }
            if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                return Err("must have only letters, digits, hyphens and dots (RFC 1123)");
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Err("must not have a hyphen at the start or the end of a part (RFC 1123)");
            }
        }
        // RFC 1123: whoever sees four numbers takes them for an address
        if name.parse::<Ipv4Addr>().is_ok() {
            return Err("must be a name, not an address");
        }
        // names that differ in case are the same name (RFC 4343)
        Ok(Self(name.to_ascii_lowercase().into()))
    }
}

impl TryFrom<String> for Hostname {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl fmt::Display for Hostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_of_the_rfc_is_accepted_in_lower_case() {
        for (given, kept) in [
            ("web-prod-01", "web-prod-01"),
            ("WEB.Example.ORG", "web.example.org"),
            ("3com", "3com"),
            ("x", "x"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(given.parse::<Hostname>().unwrap().as_str(), kept);
        }
        let longest = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
        assert!(longest.parse::<Hostname>().is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        let long_label = "a".repeat(64);
        let long_name = ["a"; 128].join(".");
        for wrong in [
            "",
            ".",
            "a..b",
            "a.",
            ".a",
            "-a",
            "a-",
            "a.-b",
            "a_b",
            "a b",
            "é",
            "10.0.0.1",
            "a\0",
            "a\n",
            &long_label,
            &long_name,
        ] {
            assert!(wrong.parse::<Hostname>().is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_obeys_the_rules(text in "\\PC{0,80}|[a-zA-Z0-9.-]{0,260}") {
            if let Ok(name) = text.parse::<Hostname>() {
                prop_assert!(name.as_str().len() <= 253);
                prop_assert!(name.as_str().split('.').all(|label| (1..=63).contains(&label.len())
                    && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                    && !label.starts_with('-') && !label.ends_with('-')));
                prop_assert_eq!(name.as_str().parse::<Hostname>().unwrap(), name);
            }
        }
    }
}
