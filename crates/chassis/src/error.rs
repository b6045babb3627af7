//! The one shape in which every service says that something went wrong.
//!
//! `{"error": "Server not found"}`, and for input that breaks a rule
//! `{"error": "…", "details": [{"field": "ip", "message": "…"}]}`. Whatever the cause, a client sees this and nothing
//! else: no page, no stack trace, no SQL. Make an [`ApiError`] by the constructor that says what happened.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that a client is told with a status code of 400 or more.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    message: Cow<'static, str>,
    details: Vec<Detail>,
    /// A header that the status code asks for: `Allow`, `Content-Range`, `Retry-After` or `WWW-Authenticate`.
    header: Option<(header::HeaderName, String)>,
}

/// What is wrong with one part of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Detail {
    /// The line of an imported file, counted from 1, where the input has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub line: Option<u64>,
    /// The field's name, with the path to it when it lies deeper: `tags[2]`.
    #[schema(example = "ip")]
    pub field: Cow<'static, str>,
    /// What is wrong with it, and what would be right.
    #[schema(example = "must be an IPv4 or IPv6 address")]
    pub message: Cow<'static, str>,
}

/// Bytes of a field's name and of a message at most. Both may hold what the client wrote, and that may be megabytes.
const LONGEST: usize = 500;

fn shortened(text: Cow<'static, str>) -> Cow<'static, str> {
    if text.len() <= LONGEST {
        return text;
    }
    format!("{}…", &text[..text.floor_char_boundary(LONGEST)]).into()
}

impl Detail {
    /// What is wrong with a field.
    pub fn new(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { line: None, field: shortened(field.into()), message: shortened(message.into()) }
    }

    /// The same, in that line of the input.
    #[must_use]
    pub const fn on_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }
}

/// The body of every answer with a status code of 400 or more.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong, in one sentence.
    #[schema(example = "Server not found")]
    pub error: Cow<'static, str>,
    /// What is wrong with which part of the input; absent when there is nothing to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub details: Vec<Detail>,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into(), details: Vec::new(), header: None }
    }

    fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 400: the request is understood, and breaks these rules.
    pub fn invalid(details: Vec<Detail>) -> Self {
        Self::bad_request("The request is not valid").with_details(details)
    }

    /// 401: nobody is logged in, or the token is not ours.
    pub fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message).with_header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// 403: who is logged in may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: there is no such thing.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 405: the path is right and the method is not; `allow` lists those that are, as in `GET, HEAD`.
    pub fn method_not_allowed(allow: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed").with_header(header::ALLOW, allow)
    }

    /// 408: the client was too slow in sending its body.
    pub fn request_timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "The request took too long to arrive")
            .with_header(header::CONNECTION, "close")
    }

    /// 409: it cannot be done in the present state of things.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 412: somebody else changed the thing since the client read it.
    pub fn precondition_failed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "It has changed since you read it: read it again, then try again")
    }

    /// 413: the body is larger than `limit` bytes.
    pub fn payload_too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body must not be larger than {limit} bytes"))
    }

    /// 415: the body is not of a type that is read here; `expected` names those that are.
    pub fn unsupported_media_type(expected: &str) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("The Content-Type must be {expected}"))
    }

    /// 416: none of the bytes that are asked for is there; there are `size` of them (RFC 9110, 15.5.17).
    pub fn range_not_satisfiable(size: u64) -> Self {
        Self::new(StatusCode::RANGE_NOT_SATISFIABLE, format!("There are {size} bytes, and none of those asked for"))
            .with_header(header::CONTENT_RANGE, format!("bytes */{size}"))
    }

    /// 507: there is no room for it (RFC 4918, 11.5).
    pub fn insufficient_storage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, message)
    }

    /// 429: too many requests; the client may come back after so many seconds.
    pub fn too_many_requests(retry_after: u32) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
            .with_header(header::RETRY_AFTER, retry_after.to_string())
    }

    /// 503: what is needed for this cannot be reached now, and nothing was done; try again after so many seconds.
    pub fn unavailable(message: impl Into<Cow<'static, str>>, retry_after: u32) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message).with_header(header::RETRY_AFTER, retry_after.to_string())
    }

    /// 500: our fault. The cause goes to the log, not to the client.
    pub fn internal(cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(cause, "a request failed by our own fault");
        Self::unexpected()
    }

    /// 500, when the cause is in the log already.
    pub(crate) fn unexpected() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side")
    }

    /// What is wrong with which part of the input.
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// The same error, about these parts.
    #[must_use]
    pub fn with_details(mut self, details: Vec<Detail>) -> Self {
        self.details = details;
        self
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        if let Some((name, value)) = &self.header {
            response.insert_header((name.clone(), value.as_str()));
        }
        response.json(ErrorBody { error: self.message.clone(), details: self.details.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_the_header_that_it_asks_for() {
        let answer = ApiError::range_not_satisfiable(7).error_response();
        assert_eq!(
            (answer.status().as_u16(), answer.headers().get(header::CONTENT_RANGE)),
            (416, Some(&"bytes */7".parse().unwrap()))
        );
        assert_eq!(ApiError::insufficient_storage("full").status_code(), 507);
    }

    #[test]
    fn what_a_client_wrote_is_not_sent_back_at_length() {
        let short = Detail::new("colour", "is not a field");
        assert_eq!((&*short.field, &*short.message), ("colour", "is not a field"));
        let long = Detail::new("é".repeat(1_000_000), "x".repeat(501));
        assert_eq!((&*long.field, &*long.message), (&*("é".repeat(250) + "…"), &*("x".repeat(500) + "…")));
    }
}
