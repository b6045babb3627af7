//! `GET /api/v1/files`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::extract::Query;
use chassis::paging::Paging;
use chassis::refusals::{ReadRefused, ReaderRefused};

use super::StorageRefused;
use crate::DocumentsApi;
use crate::model::File;
use crate::person::Person;

/// Files: one's own; for admins, all
#[utoipa::path(
    tag = "Files",
    params(Paging<i64>),
    responses(
        (status = 200, description = "Files, in the order in which they were made", body = Vec<File>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/files")]
pub(crate) async fn list(
    person: Person,
    Query(paging): Query<Paging<i64>>,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let after = paging.cursor.as_ref().map_or(0, |cursor| cursor.0);
    let files = service.database.files(after, paging.limit.get() + 1, person.sight()).await?;
    Ok(paging.answer(&request, files, |file| file.id))
}
