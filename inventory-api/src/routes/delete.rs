//! `DELETE /api/v1/servers/{id}`

use actix_web::{HttpResponse, delete, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{PreconditionRefused, WriteRefused};

use super::{NoSuchServer, ServerId, written};
use crate::InventoryApi;
use crate::command::Command;

/// Take a server out
///
/// Its history stays. With `If-Match`, only if nobody has changed it since.
#[utoipa::path(
    tag = "Servers",
    security(("bearer" = [])),
    params(("id" = i64, Path, minimum = 1, example = 1), IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        NoSuchServer,
        WriteRefused, PreconditionRefused,
    )
)]
#[delete("/api/v1/servers/{id}")]
pub(crate) async fn delete(
    caller: Caller,
    ServerId(id): ServerId,
    precondition: Precondition,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let outcome = inventory.ledger.submit(Command::Delete(id, precondition), caller.subject).await?;
    Ok(written(HttpResponse::NoContent(), &outcome))
}
