//! `POST` and `GET /api/v1/incidents/{id}/postmortem`

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, IfNoneMatchHeader, Precondition, not_modified};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::etag;
use crate::model::{Incident, Postmortem, PostmortemInput};
use crate::writes::{self, no_such_incident};

/// Write the postmortem of an incident, or write it anew
///
/// An item of `action_items` is a sentence, or an object with `description`, `owner` and `done`.
#[utoipa::path(
    operation_id = "writePostmortem",
    tag = "Postmortem",
    security(("bearer" = [])),
    params(IncidentInPath, IfMatchHeader),
    request_body = PostmortemInput,
    responses(
        (status = 200, description = "It takes the place of the one before", body = Postmortem,
            headers(("ETag" = String, description = "The postmortem's version, for If-Match and If-None-Match"))),
        (status = 201, description = "It is the first one", body = Postmortem,
            headers(("ETag" = String, description = "The postmortem's version, for If-Match and If-None-Match"))),
        (status = 409, description = "The incident is still open", body = ErrorBody,
            example = json!({"error": "A postmortem is written when it hurts no more: the incident is open; it can become mitigated or resolved"})),
        NoSuchIncident,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/api/v1/incidents/{id}/postmortem")]
pub(crate) async fn write(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(input): Json<PostmortemInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let postmortem = input.validate(id, caller.subject, stamp.at)?;
    let write = move |draft: &mut _| writes::write_postmortem(draft, &stamp, &precondition, &postmortem);
    let (entry, is_new) = incidents.store.write(write).await?;
    Ok(super::document(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }, &entry))
}

/// Read the postmortem of an incident
#[utoipa::path(
    operation_id = "readPostmortem",
    tag = "Postmortem",
    params(IncidentInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "What was learnt", body = Postmortem,
            headers(("ETag" = String, description = "The postmortem's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchIncident,
    )
)]
#[get("/api/v1/incidents/{id}/postmortem")]
pub(crate) async fn read(
    Id(id): Id,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = incidents.store.read();
    snapshot.get::<Incident>(&id).ok_or_else(no_such_incident)?;
    let entry = snapshot.get::<Postmortem>(&id);
    let entry = entry.ok_or_else(|| ApiError::not_found("This incident has no postmortem yet"))?;
    if not_modified(&request, || etag::of(entry)) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(etag::of(entry))).finish());
    }
    Ok(super::document(HttpResponse::Ok(), entry))
}
