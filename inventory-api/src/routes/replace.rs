//! `PUT /api/v1/servers/{id}`

use actix_web::{HttpResponse, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};

use super::{HostnameTaken, NoSuchServer, ServerId, written};
use crate::InventoryApi;
use crate::command::Command;
use crate::model::{Server, ServerInput};

/// Put another server in its place
///
/// With `If-Match`, only if nobody has changed it since.
#[utoipa::path(
    tag = "Servers",
    security(("bearer" = [])),
    params(("id" = i64, Path, minimum = 1, example = 1), IfMatchHeader),
    request_body = ServerInput,
    responses(
        (status = 200, description = "The server as it is now", body = Server, headers(("ETag" = String, description = "The server's version, for If-Match and If-None-Match"))),
        NoSuchServer,
        HostnameTaken,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/servers/{id}")]
pub(crate) async fn replace(
    caller: Caller,
    ServerId(id): ServerId,
    precondition: Precondition,
    Json(input): Json<ServerInput>,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let new = input.validate().map_err(ApiError::invalid)?;
    let outcome = inventory.ledger.submit(Command::Replace(id, precondition, new), caller.subject).await?;
    Ok(written(HttpResponse::Ok(), &outcome))
}
