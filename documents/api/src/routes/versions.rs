//! `GET /api/v1/files/{id}/versions`

use actix_web::{HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::refusals::ReaderRefused;

use super::{IdInPath, NoSuchFile, StorageRefused, no_file, number};
use crate::DocumentsApi;
use crate::model::Version;
use crate::person::Person;

/// Every version of a file, the oldest first
///
/// Admins see those of a deleted file too, until its content is removed for good.
#[utoipa::path(
    tag = "Files",
    params(IdInPath),
    responses(
        (status = 200, description = "Its versions", body = Vec<Version>),
        ReaderRefused, NoSuchFile, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/files/{id}/versions")]
pub(crate) async fn versions(
    person: Person,
    id: Id,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let versions = service.database.versions(number(&id, no_file)?, person.sight()).await?;
    Ok(HttpResponse::Ok().json(versions.ok_or_else(no_file)?))
}
