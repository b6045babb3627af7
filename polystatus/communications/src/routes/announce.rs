//! `POST /api/v1/public/announce`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::client::Response;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};

use crate::Communications;
use crate::model::{AnnounceInput, Announcement, Incident, KnownIncident};
use crate::writes;

/// Tell the public something of an incident
///
/// From then on the incident is public: it is in the status API, in the feeds, and in mails and webhooks of those who
/// subscribed to what it names. An incident that we have not heard of is looked up in the incidents service; when that
/// cannot be asked, or is not set, the public is told all the same, and the title follows. For managers.
#[utoipa::path(
    operation_id = "announce",
    tag = "Public",
    security(("bearer" = [])),
    request_body = AnnounceInput,
    responses(
        (status = 201, description = "The public is told", body = Announcement),
        (status = 404, description = "The incidents service does not have it", body = ErrorBody,
            example = json!({"error": "Incident not found"})),
        (status = 409, description = "Too much was said of it", body = ErrorBody,
            example = json!({"error": "The public was told 300 things of this incident: open another one"})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/public/announce")]
pub(crate) async fn announce(
    caller: Caller,
    Json(input): Json<AnnounceInput>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let (id, message, state) = input.validate()?;
    let known = communications.look_up(&id).await?;
    let (stamp, said) = (communications.scribe.stamp(&caller.subject), (message, state));
    let announce = move |draft: &mut _| writes::announce(draft, &stamp, &id, &said, known.as_ref());
    Ok(HttpResponse::Created().json(communications.store.write(announce).await?))
}

impl Communications {
    /// What the incidents service says of an incident that we have not heard of.
    async fn look_up(&self, id: &str) -> Result<Option<KnownIncident>, ApiError> {
        let Some(incidents) = &self.incidents else { return Ok(None) };
        if self.store.read().get::<Incident>(id).is_some() {
            return Ok(None);
        }
        let answer = incidents.get("/api/v1/incidents").segment(id).send().await;
        match answer.and_then(Response::found::<KnownIncident>) {
            Ok(Some(known)) => Ok(Some(known)),
            Ok(None) => Err(ApiError::not_found("Incident not found")),
            // the public must be told when much is down, and not only when nothing is
            Err(error) => {
                tracing::warn!(%error, incident = id, "an incident that we have not heard of cannot be looked up");
                Ok(None)
            }
        }
    }
}
