//! `PATCH /api/v1/servers/{id}`

use actix_web::{HttpResponse, patch, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};

use super::{HostnameTaken, NoSuchServer, ServerId, written};
use crate::InventoryApi;
use crate::command::Command;
use crate::model::{Server, ServerPatch};

/// Change some fields of a server
///
/// With `If-Match`, only if nobody has changed it since.
#[utoipa::path(
    tag = "Servers",
    security(("bearer" = [])),
    params(("id" = i64, Path, minimum = 1, example = 1), IfMatchHeader),
    request_body = ServerPatch,
    responses(
        (status = 200, description = "The server as it is now", body = Server, headers(("ETag" = String, description = "The server's version, for If-Match and If-None-Match"))),
        NoSuchServer,
        HostnameTaken,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[patch("/api/v1/servers/{id}")]
pub(crate) async fn update(
    caller: Caller,
    ServerId(id): ServerId,
    precondition: Precondition,
    Json(patch): Json<ServerPatch>,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let outcome = inventory.ledger.submit(Command::Update(id, precondition, patch), caller.subject).await?;
    Ok(written(HttpResponse::Ok(), &outcome))
}
