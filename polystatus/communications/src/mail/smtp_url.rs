//! The address of a mail server.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// `smtp://HOST:25`, `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST:587?tls=required`.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(Url);

/// How what is said to the server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: a server on this machine, or in a network of our own.
    None,
    /// By TLS where the server offers it; who stands between can take the offer away.
    Opportunistic,
    /// By TLS, which begins after the first words, or not at all.
    StartTls,
    /// By TLS from the first byte.
    Wrapped,
}

impl SmtpUrl {
    pub(super) fn security(&self) -> Security {
        match (self.0.scheme(), self.0.query()) {
            ("smtps", _) => Security::Wrapped,
            (_, Some("tls=required")) => Security::StartTls,
            (_, Some("tls=opportunistic")) => Security::Opportunistic,
            _ => Security::None,
        }
    }

    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    /// The one that was given, or the one that the security has (RFC 5321, RFC 6409, RFC 8314).
    pub(super) fn port(&self) -> u16 {
        self.0.port().unwrap_or(match self.security() {
            Security::None => 25,
            Security::Opportunistic | Security::StartTls => 587,
            Security::Wrapped => 465,
        })
    }

    /// User and password, if there are any.
    pub(super) fn credentials(&self) -> Option<(String, String)> {
        let decoded = |text: &str| {
            // as in a form, but for `+`, which is itself
            let text = format!("x={}", text.replace('+', "%2B"));
            form_urlencoded::parse(text.as_bytes()).next().map(|(_, value)| value.into_owned())
        };
        Some((decoded(self.0.username())?, decoded(self.0.password()?)?))
    }
}

impl FromStr for SmtpUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be an address such as smtp://localhost:25 or smtps://user:password@mail.example.org";
        let url = Url::parse(text).map_err(|_| WRONG)?;
        let ways = (url.scheme(), url.query());
        let known = matches!(ways, ("smtps", None) | ("smtp", None | Some("tls=required" | "tls=opportunistic")));
        if !known || url.host_str().is_none_or(str::is_empty) || !matches!(url.path(), "" | "/") {
            return Err(WRONG);
        }
        let is_secure = url.scheme() == "smtps" || url.query() == Some("tls=required");
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
    fn what_is_written_in_percents_is_read_and_ports_are_those_of_the_rfcs() {
        let url: SmtpUrl = "smtps://me%40example.org:a%2Fb+c@mail.example.org".parse().unwrap();
        assert_eq!(url.credentials(), Some(("me@example.org".to_owned(), "a/b+c".to_owned())));
        let port = |text: &str| text.parse::<SmtpUrl>().unwrap().port();
        assert_eq!(
            [port("smtp://h"), port("smtps://h"), port("smtp://h?tls=required"), port("smtp://h:26")],
            [25, 465, 587, 26]
        );
    }

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
