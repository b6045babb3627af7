//! The address of a mail server.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// `smtp://HOST:25`, `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST:587?tls=required`.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(Url);

impl SmtpUrl {
    /// The address, with its password.
    pub(super) fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for SmtpUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be an address such as smtp://localhost:25 or smtps://user:password@mail.example.org";
        let url = Url::parse(text).map_err(|_| WRONG)?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let ways = (url.scheme(), tls.as_deref());
        let known = matches!(ways, ("smtps", None) | ("smtp", None | Some("required" | "opportunistic")));
        if !known || url.host_str().is_none_or(str::is_empty) || !matches!(url.path(), "" | "/") {
            return Err(WRONG);
        }
        let is_secure = url.scheme() == "smtps" || tls.as_deref() == Some("required");
        if url.password().is_some() && !is_secure {
            return Err(
                "must be smtps:// or end with ?tls=required when it has a password: it would be sent in the open",
            );
        }
        Ok(Self(url))
    }
}

/// Without the password: settings are printed and logged.
impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_sent_in_the_open_nor_printed() {
        for wrong in [
            "",
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://u:p@mail.example.org",
            "smtp://u:p@mail.example.org?tls=opportunistic",
            "smtp://mail.example.org?tls=none",
            "smtps://mail.example.org/path",
        ] {
            assert!(wrong.parse::<SmtpUrl>().is_err(), "{wrong}");
        }
        for (right, shown) in [
            ("smtp://localhost:2525", "smtp://localhost:2525"),
            ("smtps://u:hidden@mail.example.org", "smtps://mail.example.org"),
            ("smtp://u:hidden@mail.example.org:587?tls=required", "smtp://mail.example.org:587"),
        ] {
            assert_eq!(format!("{:?}", right.parse::<SmtpUrl>().unwrap()), shown);
        }
    }
}
