//! `POST /api/v1/incidents`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, Mistakes, Prose, Whole, present};

use super::path::{Idempotency, IdempotencyHeader};
use crate::Csp;
use crate::model::Severity;
use crate::peers::{SOURCE, ToOpen};

/// An incident for something that a provider does to us.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentInput {
    /// What is wrong, in one line.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "GitHub: pushes fail",
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    title: Option<String>,
    /// From 1, everything is down for everybody, to 4, hardly anybody notices.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = i64, example = 3, minimum = 1, maximum = 4)]
    sev: Option<Whole>,
    /// `csp`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = CspSource, example = "csp")]
    source: Option<String>,
    /// What of ours is affected.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["Checkout"]))]
    services: Vec<String>,
    /// What is known of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        example = "Deployments wait",
        max_length = 5000,
        pattern = "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    summary: Option<String>,
}

/// Where it was noticed.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "a description")]
enum CspSource {
    Csp,
}

/// The incident, as the incidents service answers it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedIncident {
    /// Its id there.
    #[schema(example = "INC-1JN7W800000000000")]
    id: String,
    /// Everything else that the incidents service says of it.
    #[serde(flatten)]
    #[schema(inline, value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    others: serde_json::Map<String, serde_json::Value>,
}

/// What a client decides of an incident.
struct NewIncident {
    title: Line<200>,
    sev: Severity,
    services: Vec<Line<100>>,
    summary: Prose<5000>,
}

/// Services that an incident names at most.
const MOST_SERVICES: usize = 50;

impl IncidentInput {
    fn validate(&self) -> Result<NewIncident, ApiError> {
        let mut mistakes = Mistakes::default();
        let title = mistakes.required::<Line<200>>("title", self.title.as_deref());
        let sev = match self.sev {
            None => mistakes.missing("sev"),
            Some(sev) => mistakes.note("sev", Severity::try_from(sev.0)),
        };
        if self.source.as_deref().is_some_and(|source| source != SOURCE) {
            mistakes.add("source", "must be csp");
        }
        if self.services.len() > MOST_SERVICES {
            mistakes.add("services", "must have at most 50 entries");
        }
        let named = self.services.iter().take(MOST_SERVICES).enumerate();
        let services: Vec<_> =
            named.map(|(place, name)| mistakes.parse::<Line<100>>(format!("services[{place}]"), name)).collect();
        let summary = mistakes.parse("summary", self.summary.as_deref().unwrap_or_default());
        let services: Option<Vec<_>> = services.into_iter().collect();
        let new = (|| Some(NewIncident { title: title?, sev: sev?, services: services?, summary: summary? }))();
        mistakes.none_or(new)
    }
}

/// Open an incident in the incidents service
///
/// With the source `csp`. For responders.
#[utoipa::path(
    operation_id = "openIncident",
    tag = "Incidents",
    security(("bearer" = [])),
    params(IdempotencyHeader),
    request_body = IncidentInput,
    responses(
        (status = 201, description = "It is open there", body = OpenedIncident,
            headers(("Location" = String, description = "Where the incidents service has it"))),
        (status = 409, description = "Another incident was opened under this Idempotency-Key", body = ErrorBody,
            example = json!({"error": "Another incident was opened under this Idempotency-Key: take a new key"})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/incidents")]
pub(crate) async fn open(
    caller: Caller,
    key: Idempotency,
    Json(input): Json<IncidentInput>,
    csp: web::Data<Csp>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let new = input.validate()?;
    let Some(incidents) = &csp.incidents else {
        let message = "No incidents service is set: start this one with INCIDENTS_URL";
        return Err(ApiError::unavailable(message, 60));
    };
    // the incidents service sees us and not the caller: two callers with the same key must not meet there
    let key = key.0.map_or_else(|| csp.scribe.ids.secret(), |key| format!("{}.{key}", caller.subject));
    let key = format!("by-hand-{}", crate::fingerprint::of(key.as_bytes()));
    let NewIncident { title, sev, services, summary } = &new;
    let to_open = ToOpen { title: title.as_str(), sev: *sev, services, summary: summary.as_str(), source: SOURCE };
    let opened = incidents.open(&to_open, &key).await?;
    let id = opened["id"].as_str().unwrap_or_default().to_owned();
    tracing::info!(by = caller.subject, incident = id, "an incident was opened");
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/incidents/{id}")));
    Ok(response.json(opened))
}
