//! The refusals that the OpenAPI descriptions of several routes list.
#![expect(dead_code, reason = "descriptions")]

use chassis::error::ErrorBody;
use utoipa::IntoResponses;

/// Of a route with an incident's id.
#[derive(IntoResponses)]
pub(crate) enum NoSuchIncident {
    /// There is no such incident
    #[response(status = 404, example = json!({"error": "Incident not found"}))]
    NotFound(ErrorBody),
}

/// Of a route with a service's id.
#[derive(IntoResponses)]
pub(crate) enum NoSuchService {
    /// There is no such service
    #[response(status = 404, example = json!({"error": "Service not found"}))]
    NotFound(ErrorBody),
}
