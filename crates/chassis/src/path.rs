//! What a handler takes from the path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::ApiError;

/// The `{id}` in a path. Whatever stands there: what has no such id is not found, 404, not 400.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id(pub String);

impl FromRequest for Id {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").unwrap_or_default().to_owned())))
    }
}
