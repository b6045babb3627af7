//! The answers with an error that an operation's OpenAPI description lists, in groups, so that no route forgets one.

use utoipa::IntoResponses;

use crate::error::ErrorBody;

/// What a read with parameters can be refused for.
#[derive(IntoResponses)]
pub enum ReadRefused {
    /// A parameter is wrong; the details say which
    #[response(status = 400, example = json!({
        "error": "The request is not valid",
        "details": [{"field": "status", "message": "must be up, down or maintenance"}]
    }))]
    BadRequest(ErrorBody),
}

/// What a read that is not for everybody can be refused for.
#[derive(IntoResponses)]
pub enum ReaderRefused {
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

/// What every write can be refused for.
#[derive(IntoResponses)]
pub enum WriteRefused {
    /// The request breaks a rule; the details say which
    #[response(status = 400, example = json!({
        "error": "The request is not valid",
        "details": [{"field": "ip", "message": "must be an IPv4 or IPv6 address"}]
    }))]
    BadRequest(ErrorBody),
    /// Nobody is logged in
    #[response(
        status = 401,
        example = json!({"error": "The token is not valid"}),
        headers(("WWW-Authenticate" = String, description = "`Bearer`: what kind of token is wanted (RFC 6750)"))
    )]
    Unauthorized(ErrorBody),
    /// Who is logged in may not do this
    #[response(status = 403, example = json!({"error": "You are not allowed to do this"}))]
    Forbidden(ErrorBody),
    /// The storage cannot be reached, or too much waits already; nothing was changed
    #[response(
        status = 503,
        example = json!({"error": "Too many changes wait already: try again"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    Unavailable(ErrorBody),
}

/// What a body can be refused for.
#[derive(IntoResponses)]
pub enum BodyRefused {
    /// The body took too long to arrive
    #[response(status = 408, example = json!({"error": "The request took too long to arrive"}))]
    Timeout(ErrorBody),
    /// The body is too large
    #[response(status = 413, example = json!({"error": "The body must not be larger than 65536 bytes"}))]
    TooLarge(ErrorBody),
    /// The body is of a type that is not read here
    #[response(status = 415, example = json!({"error": "The Content-Type must be application/json"}))]
    UnsupportedMediaType(ErrorBody),
}

/// What a write with `If-Match` can be refused for.
#[derive(IntoResponses)]
pub enum PreconditionRefused {
    /// It has changed since the `ETag` of `If-Match`
    #[response(status = 412, example = json!({
        "error": "It has changed since you read it: read it again, then try again"
    }))]
    Failed(ErrorBody),
}
