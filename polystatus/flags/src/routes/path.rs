//! What stands in the paths.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chassis::ApiError;
use utoipa::IntoParams;

/// The id in a path. Whatever stands there, what has no such id is not found: 404, not 400.
pub(crate) struct Id(pub String);

impl FromRequest for Id {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").unwrap_or_default().to_owned())))
    }
}

/// The flag in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by Id")]
pub(crate) struct FlagInPath {
    /// The flag's key.
    #[param(example = "new-checkout")]
    id: String,
}

/// The segment in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by Id")]
pub(crate) struct SegmentInPath {
    /// The segment's key.
    #[param(example = "beta")]
    id: String,
}

/// What is planned, or asked for, in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by Id")]
pub(crate) struct IdInPath {
    /// Its id.
    #[param(example = "SCH-0000000000000001")]
    id: String,
}
