//! What a handler takes from a request, with errors that name the field.
//!
//! They stand in for actix's own `Json` and `Query`, which say "Json deserialize error" and not where. A handler
//! lists its [`Caller`](crate::auth::Caller) first: extractors run in order, and a stranger's body is then never read.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::{LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;

use crate::error::{ApiError, Detail};

/// The largest JSON body, in bytes. A server of the inventory takes 300; deeper texts have room.
pub const JSON_LIMIT: usize = 64 * 1024;

/// Wrong parameters that are named at most: an answer must not be much longer than what was asked.
const MAX_MISTAKES: usize = 20;

/// How long a body may take to arrive. A client that sends a byte a second must not hold a connection for ever.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A JSON body of at most [`JSON_LIMIT`] bytes.
///
/// 415 when the `Content-Type` is another, 413 when it is too large, 400 when it is not JSON, or not of this shape:
/// then the details name the field.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = matches!(&*media_type(request), "application/json" | "application/merge-patch+json");
        let body = read_body(request, payload, JSON_LIMIT);
        Box::pin(async move {
            if !is_json {
                return Err(ApiError::unsupported_media_type("application/json"));
            }
            from_json(&body.await?).map(Self)
        })
    }
}

/// The parameters behind the `?`, read by [`FromQuery`].
///
/// 400 names every one that is wrong. One that is not known is wrong too: a filter with a typing error would
/// otherwise answer with everything.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// What can be read from the parameters of a request.
pub trait FromQuery: Sized {
    /// Take the parameters that it knows.
    fn from_query(parameters: &mut Parameters<'_>) -> Self;
}

/// The parameters of a request, taken one by one.
pub struct Parameters<'a> {
    left: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    mistakes: Vec<Detail>,
}

impl Parameters<'_> {
    /// The parameter of this name, or `None` when it is absent. When it is wrong, the request ends with 400.
    pub fn take<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        let place = self.left.iter().position(|(given, _)| given == name)?;
        let (_, text) = self.left.swap_remove(place);
        text.parse().map_err(|error: T::Err| self.mistakes.push(Detail::new(name, error.to_string()))).ok()
    }
}

impl<T: FromQuery> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let left = form_urlencoded::parse(request.query_string().as_bytes()).collect();
        let mut parameters = Parameters { left, mistakes: Vec::new() };
        let value = T::from_query(&mut parameters);
        let Parameters { left, mut mistakes } = parameters;
        // what is left is unknown, or was given twice
        mistakes.extend(
            left.into_iter()
                .take(MAX_MISTAKES)
                .map(|(name, _)| Detail::new(name.into_owned(), "is not a parameter here, or was given twice")),
        );
        ready(if mistakes.is_empty() { Ok(Self(value)) } else { Err(ApiError::invalid(mistakes)) })
    }
}

/// The media type of the body in lower case (RFC 9110, 8.3.1), without its parameters, or `""`.
pub fn media_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// Parse a JSON object; the error names the field.
///
/// # Errors
/// 400, with the path to the field when the text is JSON of another shape.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, ApiError> {
    // serde would take the items of an array for the fields of a struct, in their order
    if text.trim_ascii_start().starts_with(b"[") {
        return Err(ApiError::invalid(vec![Detail::new("", "must be an object")]));
    }
    let mut json = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        if error.inner().is_data() {
            wrong_field(&error)
        } else {
            ApiError::bad_request(format!("The body is not JSON: {}", error.inner()))
        }
    })?;
    json.end().map_err(|error| ApiError::bad_request(format!("The body is not JSON: {error}")))?;
    Ok(value)
}

fn wrong_field<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> ApiError {
    let path = error.path().to_string();
    // serde speaks of lines and columns of a body that the client wrote in one line
    let message = error.inner().to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    ApiError::invalid(vec![Detail::new(if path == "." { String::new() } else { path }, message)])
}

/// Read the whole body, as long as it has at most `limit` bytes and arrives within 30 seconds.
///
/// # Errors
/// 413, 408, or 400 when the connection breaks off.
pub fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<Bytes, ApiError>> + use<> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<usize>().ok());
    let mut payload = payload.take();
    let read = async move {
        // refuse by its own word before a byte is read
        if announced.is_some_and(|length| length > limit) {
            return Err(ApiError::payload_too_large(limit));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| ApiError::bad_request(format!("The body is not whole: {error}")))?;
            if body.len() + chunk.len() > limit {
                return Err(ApiError::payload_too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    async move { tokio::time::timeout(BODY_TIMEOUT, read).await.unwrap_or_else(|_| Err(ApiError::request_timeout())) }
}
