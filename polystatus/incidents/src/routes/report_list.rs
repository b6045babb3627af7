//! `GET /api/v1/reports`

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Incidents;
use crate::model::{CatalogueService, ServiceId};
use crate::reports::{ReportState, State};

/// Whether people report more than usual.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServiceState {
    /// The service's id.
    #[schema(value_type = String, example = "checkout")]
    service: ServiceId,
    /// Its state.
    state: State,
    /// Since when it is so, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    since: i64,
}

/// The state of every service, as people report it
#[utoipa::path(
    operation_id = "listReportStates",
    tag = "Reports",
    responses((status = 200, description = "In the order of the services' ids", body = Vec<ServiceState>))
)]
#[get("/api/v1/reports")]
pub(crate) async fn list(incidents: web::Data<Incidents>) -> HttpResponse {
    let snapshot = incidents.store.read();
    let states = snapshot.iter::<CatalogueService>().map(|service| {
        let ReportState { service, state, since } = ReportState::kept(&snapshot, service);
        ServiceState { service, state, since }
    });
    HttpResponse::Ok().json(states.collect::<Vec<_>>())
}
