//! Where the public keys are read from.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;

use super::jwks::Jwks;
use crate::client::{Peer, PeerError};
use crate::service::Foundation;

/// How long keys are used before they are read again, where their source does not say: `Cache-Control: max-age`.
pub(super) const MAX_AGE: Duration = Duration::from_mins(5);

/// The address of a set of keys: `http://users:8080/.well-known/jwks.json`, or `file:` and a path, for a set that is
/// handed to the service as a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksUrl {
    /// Over HTTP, from the users service.
    Peer {
        /// Scheme, host and port.
        base: String,
        /// Where on it.
        path: String,
    },
    /// From a file.
    File(PathBuf),
}

impl FromStr for JwksUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "must be a URL such as http://users:8080/.well-known/jwks.json, or file: and a path";
        if let Some(path) = text.strip_prefix("file:") {
            return if path.is_empty() { Err(WANTED) } else { Ok(Self::File(path.into())) };
        }
        let url = Url::parse(text).map_err(|_| WANTED)?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !plain || !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.path() == "/" {
            return Err(WANTED);
        }
        Ok(Self::Peer { base: url.origin().ascii_serialization(), path: url.path().to_owned() })
    }
}

impl fmt::Display for JwksUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer { base, path } => write!(f, "{base}{path}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error("cannot read {}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("what was read is not a set of keys: {0}")]
    NotKeys(#[from] serde_json::Error),
    #[error("the set has no key that we can use")]
    Empty,
}

/// What reads the keys.
pub(super) enum Source {
    Peer { users: Peer, path: String },
    File(PathBuf),
}

impl Source {
    pub(super) fn open(url: &JwksUrl, foundation: &Foundation) -> Result<Self, crate::client::PeerAddressError> {
        Ok(match url {
            JwksUrl::File(path) => Self::File(path.clone()),
            JwksUrl::Peer { base, path } => {
                let users = Peer::builder("users", base.as_str()).ids(foundation.ids.clone()).build()?;
                foundation.metrics.watch(&users);
                Self::Peer { users, path: path.clone() }
            }
        })
    }

    /// The keys, and how long they may be used.
    pub(super) async fn read(&self) -> Result<(Jwks, Duration), SourceError> {
        match self {
            Self::File(path) => {
                let text = tokio::fs::read(path).await;
                let text = text.map_err(|source| SourceError::File { path: path.clone(), source })?;
                Ok((serde_json::from_slice(&text)?, MAX_AGE))
            }
            Self::Peer { users, path } => {
                let answer = users.get(path).send().await?.ok()?;
                let max_age = answer.header("cache-control").and_then(max_age).unwrap_or(MAX_AGE);
                Ok((answer.json()?, max_age))
            }
        }
    }
}

/// `max-age` of a `Cache-Control` (RFC 9111, section 5.2.2.1), within what is good for both sides.
fn max_age(cache_control: &str) -> Option<Duration> {
    let directive = cache_control.split(',').find_map(|one| one.trim().strip_prefix("max-age="))?;
    let seconds: u64 = directive.trim_matches('"').parse().ok()?;
    Some(Duration::from_secs(seconds.clamp(10, 3600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_or_a_file() {
        for right in ["http://localhost:8080/.well-known/jwks.json", "https://users.example.org/keys", "file:/run/jwks"]
        {
            assert_eq!(right.parse::<JwksUrl>().unwrap().to_string(), right);
        }
        for wrong in ["", "localhost:8080", "http://users", "ftp://a/b", "http://a/b?c", "http://u:p@a/b", "file:"] {
            assert!(wrong.parse::<JwksUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_age_is_what_the_source_says_within_bounds() {
        for (header, seconds) in [
            ("public, max-age=300", Some(300)),
            ("max-age=0", Some(10)),
            ("max-age=999999", Some(3600)),
            ("no-store", None),
            ("max-age=soon", None),
        ] {
            assert_eq!(max_age(header), seconds.map(Duration::from_secs), "{header}");
        }
    }
}
