//! Pages of a list: how many at most, where the next one starts, and the `Link` that leads there.
//!
//! A cursor names the last item that was shown, not a number of items to skip: a page stays right while others add
//! and delete, and the thousandth page costs as much as the first.

use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many items a page has when the client does not say.
pub const DEFAULT_LIMIT: u16 = 100;

/// How many items a page has at most.
pub const MAX_LIMIT: u16 = 500;

/// How many items a page may have: 1 to [`MAX_LIMIT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The number of items.
    pub fn get(self) -> usize {
        self.0.into()
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        limit.map(Self).ok_or_else(|| format!("must be a whole number from 1 to {MAX_LIMIT}"))
    }
}

/// Where a page starts: after an item with this position. What a client sees of it is opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<T>(pub T);

impl<T: Serialize> Cursor<T> {
    /// What the client hands back for the next page.
    pub fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).expect("a position is plain data"))
    }
}

impl<T: DeserializeOwned> FromStr for Cursor<T> {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        json.and_then(|json| serde_json::from_slice(&json).ok())
            .map(Self)
            .ok_or("must be the cursor of an answer's Link header")
    }
}

/// The `Link` header that leads from this request to its next page (RFC 8288): the same request, with that cursor.
pub fn link_to_next(request: &HttpRequest, cursor: &str) -> (header::HeaderName, HeaderValue) {
    let kept = form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "cursor");
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("cursor", cursor).finish();
    let target = format!("<{}?{query}>; rel=\"next\"", request.path());
    let value = HeaderValue::from_str(&target).expect("it is made of a request line and of base64");
    (header::LINK, value)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_link_keeps_the_filters_and_replaces_the_cursor() {
        let request = TestRequest::with_uri("/servers?status=up&cursor=old&limit=2").to_http_request();
        let (_, value) = link_to_next(&request, "new");
        assert_eq!(value, "</servers?status=up&limit=2&cursor=new>; rel=\"next\"");
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor(("web-01".to_owned(), 7_u64));
        assert_eq!(cursor.encode().parse::<Cursor<(String, u64)>>(), Ok(cursor));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for wrong in ["", "x", "bm90IGpzb24", "%%%", "W10"] {
            assert!(wrong.parse::<Cursor<(String, u64)>>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_limit_is_from_1_to_500() {
        let limit = |text: &str| text.parse().ok().map(Limit::get);
        assert_eq!(
            [limit("1"), limit("500"), limit("0"), limit("501"), limit("-1"), limit("1e3")],
            [Some(1), Some(500), None, None, None, None]
        );
    }
}
