//! What stands in paths, and what descriptions list.
#![expect(dead_code, reason = "descriptions")]

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chassis::ApiError;
use chassis::cursor::{Cursor, Limit};
use chassis::error::ErrorBody;
use chassis::extract::{FromQuery, Parameters};
use utoipa::{IntoParams, IntoResponses};

/// The id in a path. Whatever stands there, what has no such id is not found: 404, not 400.
pub(crate) struct Id(pub String);

impl FromRequest for Id {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").unwrap_or_default().to_owned())))
    }
}

/// The id in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct IdInPath {
    /// The id.
    #[param(example = "MNT-1JN7W800000000000")]
    id: String,
}

/// The service in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ServiceInPath {
    /// The service's id.
    #[param(example = "checkout")]
    service: String,
}

/// Which part of a list to show.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    pub limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<String>>,
}

impl FromQuery for Paging {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { limit: parameters.take("limit").unwrap_or_default(), cursor: parameters.take("cursor") }
    }
}

/// Of a read that is not for everybody.
#[derive(IntoResponses)]
pub(crate) enum ReaderRefused {
    /// Nobody is logged in
    #[response(
        status = 401,
        example = json!({"error": "The token is not valid"}),
        headers(("WWW-Authenticate" = String, description = "`Bearer`: what kind of token is wanted (RFC 6750)"))
    )]
    Unauthorized(ErrorBody),
    /// Who is logged in may not read this
    #[response(status = 403, example = json!({"error": "You are not allowed to do this"}))]
    Forbidden(ErrorBody),
}

/// Of a write that is open to everybody.
#[derive(IntoResponses)]
pub(crate) enum StrangerRefused {
    /// The request breaks a rule; the details say which
    #[response(status = 400, example = json!({
        "error": "The request is not valid",
        "details": [{"field": "email", "message": "must be an e-mail address such as zoe@example.org"}]
    }))]
    BadRequest(ErrorBody),
    /// Too many from this network address
    #[response(status = 429, example = json!({"error": "Too many requests"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    TooMany(ErrorBody),
    /// The storage cannot be reached, or too much waits already; nothing was changed
    #[response(status = 503, example = json!({"error": "Too many changes wait already: try again"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    Unavailable(ErrorBody),
}
