//! What stands in paths, and what descriptions list.
#![expect(dead_code, reason = "descriptions")]

use chassis::error::ErrorBody;
use utoipa::{IntoParams, IntoResponses};

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
