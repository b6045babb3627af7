//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1): two writers do not overwrite one another, and
//! a reader does not fetch again what it has.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{EntityTag, Header, IfMatch, IfNoneMatch};
use actix_web::{FromRequest, http::header};
use futures_util::future::{Ready, ready};

use crate::error::ApiError;

/// What the client demands of a thing's present version before it is changed.
#[derive(Debug, Clone, Default)]
pub struct Precondition(Option<IfMatch>);

impl Precondition {
    /// Demand nothing.
    pub const NONE: Self = Self(None);

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
}

impl FromRequest for Precondition {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::IF_MATCH) {
            return ready(Ok(Self::NONE));
        }
        ready(
            IfMatch::parse(request)
                .map(|tags| Self(Some(tags)))
                .map_err(|_| ApiError::bad_request("If-Match must be * or a list of entity tags in quotes")),
        )
    }
}

/// Whether the client already has `current`, so that 304 is answer enough. A header that cannot be read asks for
/// the whole answer.
pub fn not_modified(request: &HttpRequest, current: &EntityTag) -> bool {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(current)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn checked(if_match: &str) -> bool {
        let request = TestRequest::get().insert_header((header::IF_MATCH, if_match)).to_http_request();
        let precondition = Precondition::from_request(&request, &mut Payload::None).into_inner();
        precondition.and_then(|it| it.check(&EntityTag::new_strong("7".to_owned()))).is_ok()
    }

    #[test]
    fn only_the_present_version_may_be_changed() {
        assert!(checked("\"7\"") && checked("\"6\", \"7\"") && checked("*"));
        assert!(!checked("\"6\"") && !checked("W/\"7\"") && !checked("nonsense"));
    }

    #[test]
    fn a_reader_that_has_it_is_told_so() {
        let tag = EntityTag::new_strong("7".to_owned());
        let asks = |value: &str| {
            let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, value)).to_http_request();
            not_modified(&request, &tag)
        };
        assert!(asks("\"7\"") && asks("W/\"7\"") && asks("*") && !asks("\"8\"") && !asks("nonsense"));
    }
}
