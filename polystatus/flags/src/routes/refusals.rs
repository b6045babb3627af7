//! The refusals that the OpenAPI descriptions of several routes list.
#![expect(dead_code, reason = "descriptions")]

use chassis::error::ErrorBody;
use utoipa::IntoResponses;

/// Of a route with a flag's key.
#[derive(IntoResponses)]
pub(crate) enum NoSuchFlag {
    /// There is no such flag
    #[response(status = 404, example = json!({"error": "Flag not found"}))]
    NotFound(ErrorBody),
}

/// Of a route with a segment's key.
#[derive(IntoResponses)]
pub(crate) enum NoSuchSegment {
    /// There is no such segment
    #[response(status = 404, example = json!({"error": "Segment not found"}))]
    NotFound(ErrorBody),
}

/// Of a route with the id of something that is planned or asked for.
#[derive(IntoResponses)]
pub(crate) enum NoSuchId {
    /// There is none with this id
    #[response(status = 404, example = json!({"error": "Schedule not found"}))]
    NotFound(ErrorBody),
}

/// Of a change that the present state of things does not allow.
#[derive(IntoResponses)]
pub(crate) enum Conflicts {
    /// It cannot be done now, or somebody else must agree to it first
    #[response(
        status = 409,
        example = json!({"error": "Somebody else must agree to changes here: ask for this one with POST /admin/requests"})
    )]
    Conflict(ErrorBody),
}

/// Of an evaluation.
#[derive(IntoResponses)]
pub(crate) enum EvaluatorRefused {
    /// Evaluations need a key here, and there is none
    #[response(
        status = 401,
        example = json!({"error": "The evaluation key is needed: Authorization: Bearer …, or X-API-Key"}),
        headers(("WWW-Authenticate" = String, description = "`Bearer`"))
    )]
    Unauthorized(ErrorBody),
}
