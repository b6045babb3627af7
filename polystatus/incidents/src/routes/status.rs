//! `POST /api/v1/incidents/{id}/status`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::model::{Incident, Mistakes, Status, present};
use crate::writes;

/// Where the incident stands now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewStatus {
    /// `open`, `mitigated` or `resolved`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = Status)]
    status: Option<String>,
}

/// Bring an incident to another status
///
/// From `open` to `mitigated` or `resolved`, from `mitigated` to `open` or `resolved`, from `resolved` to `open`.
#[utoipa::path(
    operation_id = "setStatus",
    tag = "Incidents",
    security(("bearer" = [])),
    params(IncidentInPath, IfMatchHeader),
    request_body = NewStatus,
    responses(
        (status = 200, description = "The incident as it is now", body = Incident, headers(("ETag" = String, description = "The incident's version, for If-Match and If-None-Match"))),
        (status = 409, description = "There is no way from its status to that one", body = ErrorBody,
            example = json!({"error": "An incident that is resolved cannot become mitigated; it can become open"})),
        NoSuchIncident,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/api/v1/incidents/{id}/status")]
pub(crate) async fn status(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(new): Json<NewStatus>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let mut mistakes = Mistakes::default();
    let status = mistakes.required::<Status>("status", new.status.as_deref());
    let status = mistakes.none_or(status)?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let set = move |draft: &mut _| writes::set_status(draft, &stamp, &id, &precondition, status, None);
    Ok(super::incident(HttpResponse::Ok(), &*incidents.store.write(set).await?))
}
