//! `POST` and `GET /api/v1/incidents/{id}/timeline`

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::{Json, Query};
use chassis::paging::Paging;
use chassis::path::Id;
use chassis::refusals::{BodyRefused, ReadRefused, WriteRefused};

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::model::{EntryInput, Incident, TimelineEntry};
use crate::writes::{self, no_such_incident};

/// Say something of an incident
#[utoipa::path(
    operation_id = "addTimelineEntry",
    tag = "Timeline",
    security(("bearer" = [])),
    params(IncidentInPath),
    request_body = EntryInput,
    responses(
        (status = 201, description = "It stands in the timeline", body = TimelineEntry,
            headers(("ETag" = String, description = "The entry's version, for If-Match"))),
        NoSuchIncident,
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/incidents/{id}/timeline")]
pub(crate) async fn add(
    caller: Caller,
    Id(id): Id,
    Json(input): Json<EntryInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let said = input.validate()?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let add = move |draft: &mut _| writes::add_entry(draft, &stamp, &id, &said);
    Ok(super::document(HttpResponse::Created(), &*incidents.store.write(add).await?))
}

/// Read the timeline of an incident, the oldest entry first
///
/// Entries of the type `system` are the service's: who changed what.
#[utoipa::path(
    operation_id = "readTimeline",
    tag = "Timeline",
    params(IncidentInPath, Paging),
    responses(
        (status = 200, description = "What happened", body = Vec<TimelineEntry>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        NoSuchIncident,
        ReadRefused,
    )
)]
#[get("/api/v1/incidents/{id}/timeline")]
pub(crate) async fn list(
    Id(id): Id,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = incidents.store.read();
    snapshot.get::<Incident>(&id).ok_or_else(no_such_incident)?;
    let behind = format!("{}{}", TimelineEntry::key_prefix(&id), paging.after());
    let entries = snapshot
        .after::<TimelineEntry>(&behind)
        .take_while(|entry| entry.incident_id == id)
        .map(|entry| &entry.document);
    Ok(paging.answer(&request, entries, |entry| entry.id.clone()))
}
