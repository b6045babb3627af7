//! The refusals that the OpenAPI descriptions of several routes list.
#![expect(dead_code, reason = "descriptions")]

use chassis::error::ErrorBody;
use utoipa::IntoResponses;

/// Of a route with a provider's id.
#[derive(IntoResponses)]
pub(crate) enum NoSuchProvider {
    /// There is no such provider
    #[response(status = 404, example = json!({"error": "Provider not found"}))]
    NotFound(ErrorBody),
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
