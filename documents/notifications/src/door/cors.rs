//! Pages of other origins (CORS, <https://fetch.spec.whatwg.org/>).
//!
//! The chassis has this too, for a list of origins that is checked before a service is asked. Here all may come unless
//! the operator says otherwise, and a page must be answered as the official server does, whose clients send credentials
//! though nobody reads them.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chassis::ApiError;

use crate::settings::Origins;

/// Refuse pages of origins that may not connect: also by websocket, which browsers open to anybody.
///
/// # Errors
/// 403.
pub fn check(request: &HttpRequest, origins: &Origins) -> Result<(), ApiError> {
    match origin(request) {
        Some(origin) if !origin.to_str().is_ok_and(|origin| origins.allow(origin)) => {
            Err(ApiError::forbidden("Pages of this origin may not connect"))
        }
        _ => Ok(()),
    }
}

fn origin(request: &HttpRequest) -> Option<&HeaderValue> {
    request.headers().get(header::ORIGIN)
}

/// Let the page read the answer. Its very origin and not `*`, which browsers refuse where credentials were sent.
pub fn allow(request: &HttpRequest, answer: &mut HttpResponse) {
    if let Some(origin) = origin(request) {
        let headers = answer.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
}

/// What a browser asks before it sends a header of the page's own, such as `Authorization`.
///
/// # Errors
/// 403.
pub fn preflight(request: &HttpRequest, origins: &Origins) -> Result<HttpResponse, ApiError> {
    check(request, origins)?;
    let mut answer = HttpResponse::NoContent();
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"));
    repeat(request, &mut answer, header::ACCESS_CONTROL_REQUEST_HEADERS, header::ACCESS_CONTROL_ALLOW_HEADERS);
    answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
    let mut answer = answer.finish();
    allow(request, &mut answer);
    Ok(answer)
}

fn repeat(request: &HttpRequest, answer: &mut HttpResponseBuilder, asked: HeaderName, allowed: HeaderName) {
    if let Some(names) = request.headers().get(asked) {
        answer.insert_header((allowed, names.clone()));
    }
}
