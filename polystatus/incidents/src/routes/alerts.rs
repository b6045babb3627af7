//! `POST /api/v1/alerts`

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{ApiToken, Caller, Role, TokenVerifier};
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use futures_util::future::{Ready, ready};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Incidents;
use crate::model::AlertsInput;
use crate::writes;

/// Where these incidents are noticed, and who opens those that come with the token for alerts.
const ALERTMANAGER: &str = "alertmanager";

/// Who sends alerts: whoever has the token for them, which opens nothing else, or a responder.
pub(crate) struct Sender(String);

impl FromRequest for Sender {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let token = request.app_data::<web::Data<Incidents>>().and_then(|incidents| incidents.alerts_token.as_ref());
        if token.is_some_and(|token| carries(request, token)) {
            return ready(Ok(Self(ALERTMANAGER.to_owned())));
        }
        let caller = Caller::from_request(request, payload).into_inner();
        ready(caller.and_then(|caller| {
            caller.require(Role::Responder)?;
            Ok(Self(caller.subject))
        }))
    }
}

fn carries(request: &HttpRequest, token: &ApiToken) -> bool {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    given.is_some_and(|(scheme, given)| scheme.eq_ignore_ascii_case("bearer") && token.verify(given.trim()).is_ok())
}

/// What became of the message.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertsTaken {
    /// The incident of the group; null when nothing of it is known and nothing fires.
    #[schema(example = "INC-1JN7W800000000000")]
    incident: Option<String>,
    /// Whether this message opened it.
    opened: bool,
}

/// Take alerts
///
/// What Alertmanager sends to a webhook. A group that fires opens an incident, one for each `groupKey`; what fires and ends
/// later is told in its timeline. When nothing of the group fires any more, an incident that nobody commands is mitigated,
/// or what the setting `ALERTS_ENDED` says. The same message again has no effect.
#[utoipa::path(
    operation_id = "takeAlerts",
    tag = "Incidents",
    security(("bearer" = [])),
    request_body = AlertsInput,
    responses(
        (status = 200, description = "They are taken", body = AlertsTaken),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/alerts")]
pub(crate) async fn alerts(
    Sender(sender): Sender,
    Json(input): Json<AlertsInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let alerts = input.validate()?;
    let source = ALERTMANAGER.parse().map_err(ApiError::bad_request)?;
    let (stamp, id) = (incidents.scribe.stamp(&sender), incidents.scribe.next_id("INC"));
    let after = incidents.after_alerts;
    let take = move |draft: &mut _| writes::take_alerts(draft, &stamp, &id, &alerts, &source, after);
    let writes::Taken { incident, opened } = incidents.store.write(take).await?;
    Ok(HttpResponse::Ok().json(AlertsTaken { incident, opened }))
}
