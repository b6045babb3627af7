//! Which pages of other origins may call a service from a browser (CORS, <https://fetch.spec.whatwg.org/>).

use actix_cors::{Cors, CorsError};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use crate::error::ApiError;

/// Pages of these origins may call, and read the headers that a client of ours needs.
pub(crate) fn of(origins: &[String]) -> Cors {
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin))
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers(["ETag", "Link", "Location", "Retry-After", "X-Request-Id"])
        .max_age(600)
}

/// Around [`of`]: what it refuses, it refuses in plain text, where every error of a service has one shape.
pub(crate) async fn in_our_shape<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<BoxBody, B>>, Error> {
    let response = next.call(request).await?;
    let Some(refusal) = response.response().error().and_then(|error| error.as_error::<CorsError>()) else {
        return Ok(response.map_into_right_body());
    };
    let refusal = match refusal {
        CorsError::OriginNotAllowed => ApiError::forbidden("Pages of this origin may not call this service"),
        CorsError::MethodNotAllowed => ApiError::forbidden("Pages of other origins may not use this method here"),
        // a request that no browser sends: which header is missing, or malformed
        other => ApiError::bad_request(other.to_string()),
    };
    Ok(response.into_response(refusal.error_response().map_into_left_body()))
}
