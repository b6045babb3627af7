//! `POST /api/v1/reports`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::error::{Detail, ErrorBody};
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Incidents;
use crate::model::{CatalogueService, Mistakes, ServiceId, present};
use crate::reports::reporters::Admission;
use crate::reports::{ReportState, State, Symptom};
use crate::writes::{self, no_such_service};

/// "I have a problem too."
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportInput {
    /// A service of the catalogue, by its id or its name.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "checkout",
        min_length = 1,
        max_length = 100,
        pattern = "^[A-Za-z0-9]([ -~]*[!-~])?$"
    )]
    service: Option<String>,
    /// What is wrong with it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = Symptom)]
    symptom: Option<String>,
}

/// What became of a report.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reported {
    /// The service's id.
    #[schema(value_type = String, example = "checkout")]
    service: ServiceId,
    /// What is wrong with it.
    symptom: Symptom,
    /// Whether it counts; not, when the same person reported the same service in this quarter of an hour already.
    counted: bool,
    /// Whether people report more than usual.
    state: State,
}

impl ReportInput {
    fn validate(&self) -> Result<(ServiceId, Symptom), ApiError> {
        let mut mistakes = Mistakes::default();
        let service = mistakes.required::<ServiceId>("service", self.service.as_deref());
        let symptom = mistakes.required::<Symptom>("symptom", self.symptom.as_deref());
        mistakes.none_or(service.zip(symptom))
    }
}

/// Report a problem
///
/// Open to everybody. A person counts once for each service and quarter of an hour; who that is is not stored.
#[utoipa::path(
    operation_id = "reportProblem",
    tag = "Reports",
    request_body = ReportInput,
    responses(
        (status = 200, description = "It was counted before", body = Reported),
        (status = 201, description = "It counts", body = Reported),
        (status = 400, description = "The report is not valid; the details say where", body = ErrorBody,
            example = json!({"error": "The request is not valid", "details": [{"field": "symptom", "message": "must be unreachable, slow, error, login, data or other"}]})),
        (status = 404, description = "There is no such service", body = ErrorBody,
            example = json!({"error": "Service not found", "details": [{"field": "service", "message": "must be one of those that /api/v1/services lists"}]})),
        (status = 429, description = "Too many reports from one address", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many requests"})),
        (status = 503, description = "The storage cannot be reached, or too much waits already; nothing was changed", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many changes wait already: try again"})),
        BodyRefused,
    )
)]
#[post("/api/v1/reports")]
pub(crate) async fn report(
    request: HttpRequest,
    Json(input): Json<ReportInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let (service, symptom) = input.validate()?;
    let snapshot = incidents.store.read();
    let known = snapshot.get::<CatalogueService>(service.as_str()).ok_or_else(|| {
        no_such_service().with_details(vec![Detail::new("service", "must be one of those that /api/v1/services lists")])
    })?;
    let origin = incidents.proxies.client_of(&request);
    let stamp = incidents.scribe.stamp("");
    let now = stamp.at;
    let answer = |mut response: actix_web::HttpResponseBuilder, service, counted, state: &ReportState| {
        response.json(Reported { service, symptom, counted, state: state.state })
    };
    match incidents.reporters.admit(origin, &service, now, &*incidents.scribe.ids) {
        Admission::Counts => {}
        Admission::Known => {
            return Ok(answer(HttpResponse::Ok(), service, false, &ReportState::kept(&snapshot, known)));
        }
        Admission::TooMany(seconds) => return Err(ApiError::too_many_requests(seconds)),
        Admission::Full(seconds) => {
            return Err(ApiError::unavailable("Too many people report at once: this one cannot be counted", seconds));
        }
    }
    let counted = service.clone();
    let written =
        incidents.store.write(move |draft: &mut _| writes::add_report(draft, &stamp, &counted, symptom)).await;
    match written {
        Ok(state) => Ok(answer(HttpResponse::Created(), service, true, &state)),
        Err(error) => {
            incidents.reporters.forget(origin, &service, now);
            Err(error)
        }
    }
}
