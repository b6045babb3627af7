//! `GET /badge/{service}.svg`

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::preconditions::IfNoneMatchHeader;

use super::path::ServiceInPath;
use crate::Communications;

const CSP: HeaderName = HeaderName::from_static("content-security-policy");

/// A badge: a service's name and how it is
#[utoipa::path(
    operation_id = "readBadge",
    tag = "Feeds",
    params(ServiceInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "A picture", body = String, content_type = "image/svg+xml",
            headers(("ETag" = String, description = "Changes with the picture"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        (status = 404, description = "There is no such service", body = ErrorBody,
            example = json!({"error": "Service not found"})),
    )
)]
#[get("/badge/{service}.svg")]
pub(crate) async fn badge(
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    let id = request.match_info().get("service").unwrap_or_default();
    let picture = communications.pages.badge(&communications.store.read(), id);
    let picture = picture.ok_or_else(|| ApiError::not_found("Service not found"))?;
    let mut response = super::rendered(&request, &picture, "image/svg+xml");
    let headers = response.headers_mut();
    // shown on pages of others, and by their proxies: they are to ask again each minute
    headers.insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("max-age=60"));
    headers.insert(CSP, actix_web::http::header::HeaderValue::from_static("default-src 'none'"));
    Ok(response)
}
