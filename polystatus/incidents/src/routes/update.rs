//! `PATCH /api/v1/incidents/{id}`

use actix_web::{HttpResponse, patch, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::model::{Incident, IncidentPatch};
use crate::writes;

/// Change some fields of an incident
///
/// With `If-Match`, only if nobody has changed it since. The timeline tells what was changed.
#[utoipa::path(
    operation_id = "editIncident",
    tag = "Incidents",
    security(("bearer" = [])),
    params(IncidentInPath, IfMatchHeader),
    request_body = IncidentPatch,
    responses(
        (status = 200, description = "The incident as it is now", body = Incident, headers(("ETag" = String, description = "The incident's version, for If-Match and If-None-Match"))),
        NoSuchIncident,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[patch("/api/v1/incidents/{id}")]
pub(crate) async fn update(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(patch): Json<IncidentPatch>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let unverified = match patch.servers()? {
        Some(servers) => Some(incidents.peers.servers(&servers).await.unverified()?),
        None => None,
    };
    let stamp = incidents.scribe.stamp(&caller.subject);
    let edit = move |draft: &mut _| writes::edit(draft, &stamp, &id, &precondition, &patch, unverified);
    Ok(super::incident(HttpResponse::Ok(), &*incidents.store.write(edit).await?))
}
