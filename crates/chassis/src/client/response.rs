//! What a peer answered.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::PeerError;

/// A whole answer: neither 429 nor 5xx, which are errors of the call.
#[derive(Debug, Clone)]
pub struct Response {
    pub(super) peer: Arc<str>,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The error shape of our services, of which only this matters here.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Response {
    /// The status: 2xx, 3xx or 4xx but 429.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// A header's value, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The cursor of the next page, where the `Link` header leads to one (RFC 8288). Only the cursor: whoever asks adds
    /// it to its own query, and is led to no other address.
    pub fn next_cursor(&self) -> Option<String> {
        let mut links = self.header("link")?.split(',').map(str::trim);
        let target = links.find_map(|link| link.strip_suffix("; rel=\"next\""))?;
        let (_, query) = target.strip_prefix('<')?.strip_suffix('>')?.split_once('?')?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned())
    }

    /// The body as it came; no larger than [`Limits::body`](super::Limits::body).
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// This answer, if it is a success.
    ///
    /// # Errors
    /// [`PeerError::Refused`] when the status is not 2xx.
    pub fn ok(self) -> Result<Self, PeerError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let message = match serde_json::from_slice::<Refusal>(&self.body) {
            Ok(refusal) => refusal.error,
            Err(_) => self.status.canonical_reason().unwrap_or("no reason given").to_owned(),
        };
        Err(PeerError::Refused { peer: self.peer, status: self.status, message })
    }

    /// What a successful answer holds.
    ///
    /// # Errors
    /// [`PeerError::Refused`] when the status is not 2xx, [`PeerError::Unreadable`] when the body is not a `T`.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, PeerError> {
        let Self { peer, body, .. } = self.ok()?;
        serde_json::from_slice(&body).map_err(|source| PeerError::Unreadable { peer, source })
    }

    /// As [`json`](Self::json), and none when the peer does not know it (404).
    ///
    /// # Errors
    /// As [`json`](Self::json), but for 404.
    pub fn found<T: DeserializeOwned>(self) -> Result<Option<T>, PeerError> {
        if self.status == StatusCode::NOT_FOUND { Ok(None) } else { self.json().map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(reqwest::header::LINK, link.parse().unwrap())]);
        Response { peer: "x".into(), status: StatusCode::OK, headers, body: Bytes::new() }.next_cursor()
    }

    #[test]
    fn the_cursor_of_the_next_page_is_found_and_nothing_else_is_taken_for_one() {
        assert_eq!(next("</servers?limit=2&cursor=a%2Fb>; rel=\"next\"").as_deref(), Some("a/b"));
        assert_eq!(next("</?cursor=0>; rel=\"prev\", </?cursor=1>; rel=\"next\"").as_deref(), Some("1"));
        for none in ["", "</servers>; rel=\"next\"", "</servers?cursor=1>; rel=\"last\"", "cursor=1; rel=\"next\""] {
            assert_eq!(next(none), None, "{none}");
        }
    }
}
