//! `GET /api/v1/reports/{service}`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::path::ServiceInPath;
use super::refusals::NoSuchService;
use crate::Incidents;
use crate::model::{CatalogueService, ServiceId};
use crate::reports::formula::Basis;
use crate::reports::{Expectation, History, Quarter, ReportState, State, Symptom, expectation, quarter};
use crate::writes::no_such_service;

/// What people reported in the last 24 hours, quarter by quarter.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportHistory {
    /// The service's id.
    #[schema(value_type = String, example = "checkout")]
    service: ServiceId,
    /// Whether people report more than usual.
    state: State,
    /// Since when it is so, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    since: i64,
    /// When the first quarter begins, in Unix seconds. The last one is the present one, and is not over.
    #[schema(example = 1_700_000_100)]
    start: i64,
    /// Seconds of a quarter.
    #[schema(example = 900)]
    step: i64,
    /// Reports in each quarter; null where nobody was there to take them.
    #[schema(min_items = 96, max_items = 96)]
    counts: Vec<Option<u32>>,
    /// How many are usual in each quarter.
    #[schema(min_items = 96, max_items = 96)]
    baseline: Vec<f64>,
    /// From how many reports on each quarter is `possible`.
    #[schema(min_items = 96, max_items = 96)]
    possible_from: Vec<u32>,
    /// From how many reports on each quarter is `problems`.
    #[schema(min_items = 96, max_items = 96)]
    problems_from: Vec<u32>,
    /// From where it is known what is usual now.
    basis: Basis,
    /// What is wrong, and how many say so, in these 24 hours.
    #[schema(example = json!({"slow": 3}))]
    symptoms: BTreeMap<&'static str, u32>,
}

/// What people reported of a service in the last 24 hours
///
/// How the baseline and the state come about: `docs/incidents/reports.md`.
#[utoipa::path(
    operation_id = "readReports",
    tag = "Reports",
    params(ServiceInPath),
    responses(
        (status = 200, description = "96 quarters of an hour, the baseline of each, and the state", body = ReportHistory),
        NoSuchService,
    )
)]
#[get("/api/v1/reports/{id}")]
pub(crate) async fn history(Id(id): Id, incidents: web::Data<Incidents>) -> Result<HttpResponse, ApiError> {
    let snapshot = incidents.store.read();
    let service = snapshot.get::<CatalogueService>(&id).ok_or_else(no_such_service)?;
    let ReportState { service: id, state, since } = ReportState::kept(&snapshot, service);
    let history = History::of(&snapshot, &id, service.created_at, incidents.scribe.clock.unix_seconds());
    let quarters: Vec<Quarter> = history.now().last_day().collect();
    let expected: Vec<Expectation> =
        quarters.iter().map(|quarter| expectation(*quarter, |asked| history.count(asked))).collect();
    let body = ReportHistory {
        state,
        since,
        start: quarters.first().map_or(0, |first| first.start()),
        step: quarter::SECONDS,
        counts: quarters.iter().map(|quarter| history.count(*quarter)).collect(),
        baseline: expected.iter().map(|expected| (expected.baseline * 10.0).round() / 10.0).collect(),
        possible_from: expected.iter().map(Expectation::possible_from).collect(),
        problems_from: expected.iter().map(Expectation::problems_from).collect(),
        basis: expected.last().map_or(Basis::Nothing, |expected| expected.basis),
        symptoms: history.symptoms().into_iter().map(|(symptom, count)| (Symptom::as_str(symptom), count)).collect(),
        service: service.id.clone(),
    };
    Ok(HttpResponse::Ok().json(body))
}
