//! `GET /assets/{name}`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::error::ErrorBody;

use crate::DisplayProduct;

/// The style sheet or the icon
///
/// Its address changes with what is in it, so it is good for ever.
#[utoipa::path(
    operation_id = "readAsset",
    tag = "Pages",
    params(("name" = String, Path, description = "As pages name it", example = "style.css")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/css"),
        (status = 404, description = "There is no such file", body = ErrorBody,
            example = json!({"error": "There is nothing at this address"})),
    )
)]
#[get("/assets/{name}")]
pub(crate) async fn asset(request: HttpRequest, service: web::Data<DisplayProduct>) -> Result<HttpResponse, ApiError> {
    let name = request.match_info().get("name").unwrap_or_default();
    let asset = service.shelf.find(name).ok_or_else(|| ApiError::not_found("There is nothing at this address"))?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("cache-control", "public, max-age=31536000, immutable"));
    Ok(response.content_type(asset.content_type).body(asset.content))
}
