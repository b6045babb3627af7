//! `GET /api/v1/files/{id}/versions`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::extract::Query;
use chassis::paging::Paging;
use chassis::path::Id;
use chassis::refusals::{ReadRefused, ReaderRefused};

use super::{IdInPath, NoSuchFile, StorageRefused, no_file, number};
use crate::DocumentsApi;
use crate::model::Version;
use crate::person::Person;

/// Every version of a file, the oldest first
///
/// Admins see those of a deleted file too, until its content is removed for good.
#[utoipa::path(
    tag = "Files",
    params(IdInPath, Paging<i64>),
    responses(
        (status = 200, description = "Its versions", body = Vec<Version>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused, NoSuchFile, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/files/{id}/versions")]
pub(crate) async fn versions(
    person: Person,
    id: Id,
    Query(paging): Query<Paging<i64>>,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let (id, after) = (number(&id, no_file)?, paging.cursor.as_ref().map_or(0, |cursor| cursor.0));
    let versions = service.database.versions(id, after, paging.limit.get() + 1, person.sight()).await?;
    Ok(paging.answer(&request, versions.ok_or_else(no_file)?, |version| version.version))
}
