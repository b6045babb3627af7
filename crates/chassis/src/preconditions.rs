//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1): two writers do not overwrite one another, and
//! a reader does not fetch again what it has.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{EntityTag, Header, IfMatch, IfNoneMatch};
use actix_web::{FromRequest, http::header};
use futures_util::future::{Ready, ready};
use utoipa::IntoParams;

use crate::error::ApiError;

/// `If-Match`, as the OpenAPI description of a write lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description: the header is read by Precondition")]
pub struct IfMatchHeader {
    /// The `ETag` of the version that was read, or several, or `*`: the write is refused with 412 when it is another by
    /// now.
    #[param(rename = "If-Match", required = false, example = "\"1\"")]
    if_match: String,
}

/// `If-None-Match`, as the OpenAPI description of a read lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description: the header is read by not_modified")]
pub struct IfNoneMatchHeader {
    /// The `ETag` of the answer that the client has: 304 says that it still holds.
    #[param(rename = "If-None-Match", required = false, example = "\"1\"")]
    if_none_match: String,
}

/// What the client demands of a thing's present version before it is changed.
#[derive(Debug, Clone, Default)]
pub struct Precondition(Option<IfMatch>);

impl Precondition {
    /// Demand nothing.
    pub const NONE: Self = Self(None);

    /// Demand this version.
    pub fn of(seen: EntityTag) -> Self {
        Self(Some(IfMatch::Items(vec![seen])))
    }

    /// Go on only if `current` is what the client has seen.
    ///
    /// # Errors
    /// 412.
    pub fn check(&self, current: &EntityTag) -> Result<(), ApiError> {
        let holds = match &self.0 {
            None | Some(IfMatch::Any) => true,
            Some(IfMatch::Items(tags)) => tags.iter().any(|tag| tag.strong_eq(current)),
        };
        if holds { Ok(()) } else { Err(ApiError::precondition_failed()) }
    }

    /// Go on only if the client demands nothing: there is no present version, and then nothing matches, not even `*`
    /// (RFC 9110, 13.1.1).
    ///
    /// # Errors
    /// 412.
    pub fn check_absent(&self) -> Result<(), ApiError> {
        if self.0.is_none() { Ok(()) } else { Err(ApiError::precondition_failed()) }
    }
}

impl FromRequest for Precondition {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::IF_MATCH) {
            return ready(Ok(Self::NONE));
        }
        ready(
            if_match(request)
                .map(|tags| Self(Some(tags)))
                .ok_or_else(|| ApiError::bad_request("If-Match must be * or a list of entity tags in quotes")),
        )
    }
}

/// By hand, since actix leaves out what it cannot read: `If-Match: nonsense` would become a list of nothing, which
/// matches nothing and would be 412 for ever.
fn if_match(request: &HttpRequest) -> Option<IfMatch> {
    let mut tags = Vec::new();
    for value in request.headers().get_all(header::IF_MATCH) {
        let mut rest = value.to_str().ok()?.trim();
        if rest == "*" {
            return Some(IfMatch::Any);
        }
        while !rest.is_empty() {
            // from quote to quote: there may be commas between them
            let open = rest.find('"')?;
            let (tag, behind) = rest.split_at(open + rest[open + 1..].find('"')? + 2);
            tags.push(tag.parse().ok()?);
            rest = behind.trim_start();
            if !rest.is_empty() {
                rest = rest.strip_prefix(',')?.trim_start();
            }
        }
    }
    (!tags.is_empty()).then_some(IfMatch::Items(tags))
}

/// Whether the client already has `current`, so that 304 is answer enough. It is worked out only for a client that
/// asks. A header that cannot be read asks for the whole answer.
pub fn not_modified(request: &HttpRequest, current: impl FnOnce() -> EntityTag) -> bool {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => {
            let current = current();
            tags.iter().any(|tag| tag.weak_eq(&current))
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use actix_web::test::TestRequest;

    use super::*;

    fn status_for(if_match: &str) -> u16 {
        let request = TestRequest::get().insert_header((header::IF_MATCH, if_match)).to_http_request();
        let precondition = Precondition::from_request(&request, &mut Payload::None).into_inner();
        let checked = precondition.and_then(|it| it.check(&EntityTag::new_strong("7".to_owned())));
        checked.map_or_else(|error| error.status_code().as_u16(), |()| 200)
    }

    #[test]
    fn only_the_present_version_may_be_changed() {
        for (if_match, status) in
            [("\"7\"", 200), ("\"6,a\",\"7\"", 200), ("*", 200), ("\"6\"", 412), ("\"6,7\"", 412), ("W/\"7\"", 412)]
        {
            assert_eq!(status_for(if_match), status, "{if_match}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused_and_not_taken_for_a_stale_one() {
        for wrong in ["", "7", "nonsense", "\"7\", nonsense", "\"7\" \"8\"", "\"7", ","] {
            assert_eq!(status_for(wrong), 400, "{wrong:?}");
        }
    }

    #[test]
    fn a_reader_that_has_it_is_told_so() {
        let tag = EntityTag::new_strong("7".to_owned());
        let asks = |value: &str| {
            let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, value)).to_http_request();
            not_modified(&request, || tag.clone())
        };
        assert!(asks("\"7\"") && asks("W/\"7\"") && asks("*") && !asks("\"8\"") && !asks("nonsense"));
    }
}
