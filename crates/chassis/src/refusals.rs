//! The answers with an error that an operation's OpenAPI description lists, in groups, so that no route forgets one.

use utoipa::IntoResponses;

use crate::error::ErrorBody;

/// What a read with parameters can be refused for.
#[derive(IntoResponses)]
pub enum ReadRefused {
    /// A parameter is wrong
    #[response(status = 400)]
    BadRequest(ErrorBody),
}

/// What every write can be refused for.
#[derive(IntoResponses)]
pub enum WriteRefused {
    /// The request breaks a rule; the details say which
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// Nobody is logged in
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// Who is logged in may not do this
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// The storage cannot be reached, or too much waits already; nothing was changed
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// What a body can be refused for.
#[derive(IntoResponses)]
pub enum BodyRefused {
    /// The body took too long to arrive
    #[response(status = 408)]
    Timeout(ErrorBody),
    /// The body is too large
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is of a type that is not read here
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
}
