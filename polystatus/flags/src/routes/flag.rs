//! `GET` and `DELETE /admin/flags/{id}`

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, IfNoneMatchHeader, Precondition, not_modified};
use chassis::refusals::{PreconditionRefused, ReaderRefused, WriteRefused};

use super::path::FlagInPath;
use super::refusals::{Conflicts, NoSuchFlag};
use crate::Flags;
use crate::etag;
use crate::model::Flag;
use crate::writes::{self, no_such_flag};

/// Read a flag
#[utoipa::path(
    operation_id = "readFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The flag", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchFlag, ReaderRefused,
    )
)]
#[get("/admin/flags/{id}")]
pub(crate) async fn read(
    caller: Caller,
    Id(id): Id,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let entry = snapshot.get::<Flag>(&id).ok_or_else(no_such_flag)?;
    if not_modified(&request, || etag::of(entry)) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(etag::of(entry))).finish());
    }
    Ok(super::document(HttpResponse::Ok(), entry))
}

/// Delete a flag
///
/// Programs that ask for it go on with what stands in their code. Its history stays, and it can be rolled back to.
#[utoipa::path(
    operation_id = "deleteFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath, IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        NoSuchFlag, Conflicts, WriteRefused, PreconditionRefused,
    )
)]
#[delete("/admin/flags/{id}")]
pub(crate) async fn delete(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let stamp = flags.scribe.stamp(&caller.subject);
    flags.store.write(move |draft: &mut _| writes::delete(draft, &stamp, &id, &precondition)).await?;
    Ok(HttpResponse::NoContent().finish())
}
