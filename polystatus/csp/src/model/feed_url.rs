//! Where a feed is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use chassis::client::ip_of;
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// The address of a feed: `http` or `https`, without user and fragment, at most 2000 bytes.
///
/// Whether it may be *reached* is another question, asked again for each name that is looked up and each redirect; an
/// address that is a private number is refused here already, where whoever wrote it reads the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FeedUrl(Url);

const LONGEST: usize = 2000;

impl FeedUrl {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host, when it is a number and not a name.
    pub fn ip(&self) -> Option<IpAddr> {
        ip_of(&self.0)
    }
}

impl FromStr for FeedUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be an http:// or https:// address without user and fragment, such as https://www.example.org/api/v2/summary.json";
        // the parser would drop them without a word
        if text.len() > LONGEST || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(WRONG);
        }
        let url = Url::parse(text).map_err(|_| WRONG)?;
        let fits = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        if fits { Ok(Self(url)) } else { Err(WRONG) }
    }
}

impl TryFrom<String> for FeedUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FeedUrl> for String {
    fn from(url: FeedUrl) -> Self {
        url.0.into()
    }
}

impl fmt::Display for FeedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_has_feeds() {
        assert!("https://www.example.org/api/v2/summary.json?a=1".parse::<FeedUrl>().is_ok());
        for wrong in [
            "",
            "example.org",
            "file:///etc/passwd",
            "ftp://example.org/",
            "gopher://example.org/",
            "javascript:alert(1)",
            "http://user:secret@example.org/",
            "http://user@example.org/",
            "http://example.org/#a",
            "http://exa\nmple.org/",
            "http:///",
        ] {
            assert!(wrong.parse::<FeedUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_is_seen_in_whatever_way_it_is_written() {
        for written in
            ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"]
        {
            assert_eq!(written.parse::<FeedUrl>().unwrap().ip(), Some([127, 0, 0, 1].into()), "{written}");
        }
        assert_eq!("http://[::1]/".parse::<FeedUrl>().unwrap().ip(), Some("::1".parse().unwrap()));
        assert_eq!("http://example.org/".parse::<FeedUrl>().unwrap().ip(), None);
    }
}
