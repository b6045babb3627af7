//! `POST /api/v1/servers`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};

use super::{HostnameTaken, written};
use crate::InventoryApi;
use crate::command::{Command, Outcome};
use crate::model::{Server, ServerInput};

/// Add a server
#[utoipa::path(
    tag = "Servers",
    security(("bearer" = [])),
    request_body = ServerInput,
    responses(
        (status = 201, description = "It is there", body = Server,
            headers(("ETag" = String, description = "The server's version, for If-Match and If-None-Match"), ("Location" = String, description = "Where it can be read"))),
        HostnameTaken,
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/servers")]
pub(crate) async fn create(
    caller: Caller,
    Json(input): Json<ServerInput>,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let new = input.validate().map_err(ApiError::invalid)?;
    let outcome = inventory.ledger.submit(Command::Create(new), caller.subject).await?;
    let mut response = HttpResponse::Created();
    if let Outcome::Server(server) = &outcome {
        response.insert_header((header::LOCATION, format!("/api/v1/servers/{}", server.id)));
    }
    Ok(written(response, &outcome))
}
