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
