//! `POST /api/v1/incidents`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use store::Entry;

use super::path::IdempotencyHeader;
use crate::Incidents;
use crate::model::{Incident, IncidentInput};
use crate::writes::{self, Idempotency};

/// Open an incident
///
/// Its servers are looked up in the inventory. When that cannot be asked, the incident is opened all the same, with
/// `servers_unverified`, and they are looked up later.
#[utoipa::path(
    operation_id = "openIncident",
    tag = "Incidents",
    security(("bearer" = [])),
    params(IdempotencyHeader),
    request_body = IncidentInput,
    responses(
        (status = 201, description = "It is open", body = Incident,
            headers(("ETag" = String, description = "The incident's version, for If-Match and If-None-Match"), ("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "Another incident was opened under this Idempotency-Key", body = ErrorBody,
            example = json!({"error": "Another incident was opened under this Idempotency-Key: take a new key"})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/incidents")]
pub(crate) async fn create(
    caller: Caller,
    key: Idempotency,
    Json(input): Json<IncidentInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let new = input.validate()?;
    // before the inventory is asked: a request that is repeated must not fail where the first did not
    if let Some(before) = writes::opened_before(&incidents.store.read(), &caller.subject, &key, &new)? {
        return Ok(created(&before));
    }
    let unverified = incidents.peers.servers(&new.servers).await.unverified()?;
    let (stamp, id) = (incidents.scribe.stamp(&caller.subject), incidents.scribe.next_id("INC"));
    let open = move |draft: &mut _| writes::open(draft, &stamp, &id, &new, unverified, &key);
    Ok(created(&*incidents.store.write(open).await?))
}

fn created(entry: &Entry<Incident>) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/incidents/{}", entry.id)));
    super::incident(response, entry)
}
