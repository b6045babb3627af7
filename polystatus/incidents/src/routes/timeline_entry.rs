//! `PUT` and `DELETE /api/v1/incidents/{id}/timeline/{entry}`

use actix_web::{HttpResponse, delete, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};

use super::path::{EntryId, EntryInPath, IncidentInPath};
use crate::Incidents;
use crate::model::{EntryInput, TimelineEntry};
use crate::writes;

/// Mend an entry of the timeline
///
/// Who wrote it may do that, and managers. What the service wrote stays as it is.
#[utoipa::path(
    operation_id = "mendTimelineEntry",
    tag = "Timeline",
    security(("bearer" = [])),
    params(IncidentInPath, EntryInPath, IfMatchHeader),
    request_body = EntryInput,
    responses(
        (status = 200, description = "The entry as it is now", body = TimelineEntry, headers(("ETag" = String, description = "The entry's version, for If-Match"))),
        (status = 404, description = "There is no such entry", body = ErrorBody,
            example = json!({"error": "There is no such entry in the timeline of this incident"})),
        (status = 409, description = "The service wrote it", body = ErrorBody,
            example = json!({"error": "What the service wrote stays as it is: add an entry that says more"})),
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/incidents/{id}/timeline/{entry}")]
pub(crate) async fn replace(
    caller: Caller,
    Id(id): Id,
    EntryId(entry): EntryId,
    precondition: Precondition,
    Json(input): Json<EntryInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let said = input.validate()?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let mend = move |draft: &mut _| writes::mend_entry(draft, &stamp, &caller, (&id, &entry), &precondition, &said);
    Ok(super::document(HttpResponse::Ok(), &*incidents.store.write(mend).await?))
}

/// Take an entry out of the timeline
///
/// Who wrote it may do that, and managers. What the service wrote stays as it is.
#[utoipa::path(
    operation_id = "deleteTimelineEntry",
    tag = "Timeline",
    security(("bearer" = [])),
    params(IncidentInPath, EntryInPath, IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is no such entry", body = ErrorBody,
            example = json!({"error": "There is no such entry in the timeline of this incident"})),
        (status = 409, description = "The service wrote it", body = ErrorBody,
            example = json!({"error": "What the service wrote stays as it is: add an entry that says more"})),
        WriteRefused, PreconditionRefused,
    )
)]
#[delete("/api/v1/incidents/{id}/timeline/{entry}")]
pub(crate) async fn delete(
    caller: Caller,
    Id(id): Id,
    EntryId(entry): EntryId,
    precondition: Precondition,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let delete = move |draft: &mut _| writes::delete_entry(draft, &stamp, &caller, (&id, &entry), &precondition);
    incidents.store.write(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}
