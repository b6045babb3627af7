//! IP addresses of servers.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An IPv4 or IPv6 address that a server can have, in its canonical form (RFC 5952).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(IpAddr);

impl Address {
    /// The address with a port, as `10.0.0.1:80` or `[::1]:80`.
    pub fn with_port(self, port: u16) -> String {
        std::net::SocketAddr::new(self.0, port).to_string()
    }
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| "must be an IPv4 or IPv6 address")
    }
}

impl TryFrom<String> for Address {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_kinds_are_accepted_in_canonical_form() {
        for (given, kept) in [("10.0.0.1", "10.0.0.1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::1", "::1")] {
            assert_eq!(given.parse::<Address>().unwrap().to_string(), kept);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in ["", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1/24", " 10.0.0.1", "[::1]", "fe80::1%eth0"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong:?}");
        }
    }
}
