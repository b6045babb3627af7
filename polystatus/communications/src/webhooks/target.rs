//! The address of a webhook.

use std::fmt;
use std::net::IpAddr;

use chassis::client::is_public;
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// Characters of an address at most.
const LONGEST: usize = 2000;

/// An address that may be called. Where its name leads to is looked at anew with every call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target(Url);

/// As it is kept: whether it may be private was decided when it came in.
impl TryFrom<String> for Target {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text, true)
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.0.into()
    }
}

impl Target {
    /// An address; `private`: may it be one that is not public, and `http`?
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str, private: bool) -> Result<Self, &'static str> {
        const WRONG: &str = "must be an address such as https://hooks.example.org/status";
        if text.len() > LONGEST {
            return Err("must have at most 2000 characters");
        }
        let url = Url::parse(text).map_err(|_| WRONG)?;
        match url.scheme() {
            "https" => {}
            "http" if private => {}
            "http" => return Err("must begin with https://: what is said on the way must not be changed"),
            _ => return Err(WRONG),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user or a password: calls are signed instead");
        }
        let target = Self(url);
        match target.literal() {
            _ if private => Ok(target),
            Some(address) if !is_public(address) => Err("must be a public address: this one is of a private network"),
            None if target.names_this_machine() => Err("must be a public address: this one is of this machine"),
            _ => Ok(target),
        }
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The IP address, where one is written instead of a name. A client does not look it up, and nobody would look at it.
    pub fn literal(&self) -> Option<IpAddr> {
        let host = self.0.host_str()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// A name that leads here on most machines; that it does is found out at the look-up at the latest.
    fn names_this_machine(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default().trim_end_matches('.');
        host == "localhost" || host.ends_with(".localhost")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_leads_inside_is_refused_however_it_is_written() {
        for wrong in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://10.0.0.1:8443/x",
            "https://169.254.169.254/latest",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "http://example.org/",
            "https://user:x@example.org/",
            "https://user@example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "example.org",
            "",
            "https://",
            "//example.org",
        ] {
            assert!(Target::parse(wrong, false).is_err(), "{wrong}");
        }
        assert!(Target::parse(&format!("https://example.org/{}", "a".repeat(2000)), false).is_err());
    }

    #[test]
    fn a_public_one_is_taken_and_where_it_is_allowed_a_private_one() {
        assert!(Target::parse("https://hooks.example.org:8443/a?b=c", false).is_ok());
        assert!(Target::parse("http://127.0.0.1:8000/hook", true).is_ok());
        assert!(Target::parse("ftp://127.0.0.1/", true).is_err());
    }
}
