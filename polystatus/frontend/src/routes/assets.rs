//! `GET /assets/{name}`

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::error::ErrorBody;

use super::answer::ready;
use crate::Frontend;

/// The style sheet, the script or the icon
///
/// Its address changes with what is in it, so it is good for ever.
#[utoipa::path(
    operation_id = "readAsset",
    tag = "Pages",
    params(("name" = String, Path, description = "As pages name it", example = "style.css")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/css"),
        (status = 304, description = "The browser has it"),
        (status = 404, description = "There is no such file, or none any more", body = ErrorBody,
            example = json!({"error": "There is nothing at this address"})),
    )
)]
#[get("/assets/{name}")]
pub(crate) async fn asset(request: HttpRequest, frontend: web::Data<Frontend>) -> Result<HttpResponse, ApiError> {
    let name = request.match_info().get("name").unwrap_or_default();
    let asset = frontend.shelf.find(name).ok_or_else(|| ApiError::not_found("There is nothing at this address"))?;
    let mut response = ready(&request, &asset.body, StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}
