//! `DELETE /api/v1/files/{id}`

use actix_web::{HttpResponse, delete, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{PreconditionRefused, WriteRefused};

use super::{IdInPath, NoSuchFile, StorageFull, no_file, number};
use crate::DocumentsApi;
use crate::person::Person;

/// Delete a file with its versions
///
/// Its owner has the room at once. Downloads that have begun go on to their end, and admins can read its versions until
/// its content is removed for good.
#[utoipa::path(
    tag = "Files",
    params(IdInPath, IfMatchHeader),
    responses((status = 204, description = "It is gone"), WriteRefused, NoSuchFile, PreconditionRefused, StorageFull),
    security(("bearer" = []))
)]
#[delete("/api/v1/files/{id}")]
pub(crate) async fn delete(
    person: Person,
    id: Id,
    precondition: Precondition,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let id = number(&id, no_file)?;
    let deleted = service.database.in_turn(async |turn| {
        let file = turn.file(id).await?.filter(|file| person.sight().sees(file.user_id)).ok_or_else(no_file)?;
        precondition.check(&file.etag())?;
        Ok::<_, ApiError>(turn.delete_file(&file, service.now()).await?)
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}
