//! One call, put together.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::retry::IDEMPOTENCY_KEY;
use super::{Peer, PeerError, Response, Stream};

/// A call that is made by [`send`](Self::send).
///
/// What is wrong with its parts is reported by `send`, so that they can be put together in one line.
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct Call<'p> {
    peer: &'p Peer,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    /// The first thing that is wrong with it.
    wrong: Option<String>,
}

impl<'p> Call<'p> {
    pub(super) fn new(peer: &'p Peer, method: Method, base: &Url, path: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut call = Self { peer, method, url: base.clone(), headers, body: None, wrong: None };
        if !path.starts_with('/') || path.contains(['?', '#', '\\']) {
            call.refuse(format!("`{path}` is no path: it begins with / and has its query added by `query`"));
        }
        for segment in path.split('/').skip(1) {
            call.push(segment);
        }
        call
    }

    /// Add one segment to the path, whatever it holds: `/` in it becomes `%2F`. The way to put an id into a path.
    pub fn segment(mut self, segment: impl Display) -> Self {
        let segment = segment.to_string();
        // `GET /servers/{id}` would become `GET /servers/`; and a line break is left out of a URL without a word
        if segment.is_empty() || segment.contains(char::is_control) {
            self.refuse(format!("{segment:?} is no segment of a path"));
        }
        self.push(&segment);
        self
    }

    fn push(&mut self, segment: &str) {
        if matches!(segment, "." | "..") {
            return self.refuse(format!("`{segment}` in a path would lead elsewhere"));
        }
        // http and https URLs always have a path
        if let Ok(mut segments) = self.url.path_segments_mut() {
            segments.pop_if_empty().push(segment);
        }
    }

    /// Add `name=value` to the query.
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.url.query_pairs_mut().append_pair(name, &value.to_string());
        self
    }

    /// Set a header.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        match (HeaderName::try_from(name), HeaderValue::from_str(value.as_ref())) {
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            // not the value: it may be a secret
            _ => self.refuse(format!("the header `{name}` is malformed")),
        }
        self
    }

    /// Call with the rights of `token`, as with those of the user on whose behalf this is done; not with the peer's own
    /// token.
    pub fn bearer(mut self, token: &SecretString) -> Self {
        match HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(AUTHORIZATION, value);
            }
            Err(_) => self.refuse("the bearer token is malformed".to_owned()),
        }
        self
    }

    /// Send `value` as JSON.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => {
                self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                self.body = Some(body.into());
            }
            Err(error) => self.refuse(format!("its body is no JSON: {error}")),
        }
        self
    }

    /// Let the peer recognise that two attempts are one and the same call, by a new `Idempotency-Key`. With it, a POST may
    /// be repeated. For peers that know the header; the others would do it twice.
    pub fn idempotent(self) -> Self {
        let key = self.peer.new_key();
        self.header(IDEMPOTENCY_KEY, key)
    }

    /// Make the call.
    ///
    /// Dropping the future gives it up; the peer may have done it all the same.
    ///
    /// # Errors
    /// See [`PeerError`]. A 4xx but 429 is an answer: see [`Response::ok`] and [`Response::json`].
    pub async fn send(self) -> Result<Response, PeerError> {
        match self.wrong {
            Some(reason) => Err(PeerError::Invalid { peer: self.peer.shared_name(), reason }),
            None => self.peer.make(&self).await,
        }
    }

    /// Make the call, once, and read its answer as it comes: for a stream that does not end. When nothing comes for
    /// `silence`, it is taken for broken.
    ///
    /// # Errors
    /// See [`PeerError`]; whatever is not 200 is one.
    pub async fn stream(self, silence: Duration) -> Result<Stream, PeerError> {
        match self.wrong {
            Some(reason) => Err(PeerError::Invalid { peer: self.peer.shared_name(), reason }),
            None => self.peer.open(&self, silence).await,
        }
    }

    fn refuse(&mut self, reason: String) {
        self.wrong.get_or_insert(reason);
    }
}
