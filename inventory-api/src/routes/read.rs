//! `GET /api/v1/servers/{id}`

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};

use super::{IdInPath, NoSuchServer, ServerId};
use crate::InventoryApi;
use crate::etag;
use crate::model::Server;

/// Read a server
#[utoipa::path(
    tag = "Servers",
    params(IdInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The server", body = Server, headers(("ETag" = String, description = "The server's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchServer,
    )
)]
#[get("/api/v1/servers/{id}")]
pub(crate) async fn read(
    ServerId(id): ServerId,
    request: HttpRequest,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    let published = inventory.ledger.read();
    let entry = published.snapshot.get(id).ok_or_else(|| ApiError::not_found("Server not found"))?;
    let tag = etag::of_server(&entry.server);
    if not_modified(&request, || tag.clone()) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header(ETag(tag)).content_type("application/json").body(entry.json.clone()))
}
