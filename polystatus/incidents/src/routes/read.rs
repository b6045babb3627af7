//! `GET /api/v1/incidents/{id}`

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::etag;
use crate::model::Incident;
use crate::writes::no_such_incident;

/// Read an incident
#[utoipa::path(
    operation_id = "readIncident",
    tag = "Incidents",
    params(IncidentInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The incident", body = Incident, headers(("ETag" = String, description = "The incident's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchIncident,
    )
)]
#[get("/api/v1/incidents/{id}")]
pub(crate) async fn read(
    Id(id): Id,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = incidents.store.read();
    let entry = snapshot.get::<Incident>(&id).ok_or_else(no_such_incident)?;
    if not_modified(&request, || etag::of(entry)) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(etag::of(entry))).finish());
    }
    Ok(super::incident(HttpResponse::Ok(), entry))
}
