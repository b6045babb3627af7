//! `GET /api/v1/files/{id}`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReaderRefused;

use super::{IdInPath, NoSuchFile, StorageRefused, file_as, no_file, number};
use crate::DocumentsApi;
use crate::model::File;
use crate::person::Person;

/// What is known of a file
#[utoipa::path(
    tag = "Files",
    params(IdInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The file", body = File, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "The client has this version"),
        ReaderRefused, NoSuchFile, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/files/{id}")]
pub(crate) async fn read(
    person: Person,
    id: Id,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let file = service.database.file(number(&id, no_file)?, person.sight()).await?.ok_or_else(no_file)?;
    if not_modified(&request, || file.etag()) {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(file_as(HttpResponse::Ok(), &file))
}
