//! `/api/v1/maintenances` and `/api/v1/maintenances/{id}`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::{FromQuery, Json, Parameters, Query};
use chassis::paging::Paging;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, ReadRefused, WriteRefused};
use utoipa::IntoParams;

use super::path::IdInPath;
use crate::Communications;
use crate::model::{Maintenance, MaintenanceInput, MaintenancePatch, MaintenanceStatus};
use crate::writes::{self, no_such_maintenance};

/// Which works to list.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only works that stand there.
    #[param(inline)]
    status: Option<MaintenanceStatus>,
}

/// What the list can be asked.
pub(crate) struct ListQuery {
    filter: Filter,
    paging: Paging,
}

impl FromQuery for ListQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        let filter = Filter { status: parameters.take("status") };
        Self { filter, paging: Paging::from_query(parameters) }
    }
}

/// Planned work, what was announced last first
#[utoipa::path(
    operation_id = "listMaintenances",
    tag = "Maintenances",
    params(Filter, Paging),
    responses(
        (status = 200, description = "The works that match", body = Vec<Maintenance>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused,
    )
)]
#[get("/api/v1/maintenances")]
pub(crate) async fn list(
    Query(ListQuery { filter, paging }): Query<ListQuery>,
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> HttpResponse {
    let snapshot = communications.store.read();
    let behind = |work: &&Maintenance| paging.cursor.as_ref().is_none_or(|cursor| work.id < cursor.0);
    let wanted = |work: &&Maintenance| filter.status.is_none_or(|status| work.status == status);
    let all = snapshot.iter::<Maintenance>().rev().map(|entry| &entry.document);
    paging.answer(&request, all.filter(behind).filter(wanted), |work| work.id.clone())
}

/// Announce planned work
///
/// It begins and ends by itself at the times that were said, unless somebody says otherwise. Subscribers of what it names
/// are told, now and then. For managers.
#[utoipa::path(
    operation_id = "planMaintenance",
    tag = "Maintenances",
    security(("bearer" = [])),
    request_body = MaintenanceInput,
    responses(
        (status = 201, description = "It is announced", body = Maintenance,
            headers(("ETag" = String, description = "Its version, for If-Match"), ("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "Too much is planned", body = ErrorBody,
            example = json!({"error": "500 works are planned already: complete some first"})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/maintenances")]
pub(crate) async fn create(
    caller: Caller,
    Json(input): Json<MaintenanceInput>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let new = input.validate()?;
    let (stamp, id) = (communications.scribe.stamp(&caller.subject), communications.scribe.next_id("MNT"));
    let plan = move |draft: &mut _| writes::plan_maintenance(draft, &stamp, &id, &new);
    let entry = communications.store.write(plan).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/maintenances/{}", entry.id)));
    Ok(super::document(response, &entry))
}

/// Read planned work
#[utoipa::path(
    operation_id = "readMaintenance",
    tag = "Maintenances",
    params(IdInPath),
    responses(
        (status = 200, description = "The work", body = Maintenance,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "There is no such work", body = ErrorBody,
            example = json!({"error": "Maintenance not found"})),
    )
)]
#[get("/api/v1/maintenances/{id}")]
pub(crate) async fn read(Id(id): Id, communications: web::Data<Communications>) -> Result<HttpResponse, ApiError> {
    let snapshot = communications.store.read();
    let entry = snapshot.get::<Maintenance>(&id).ok_or_else(no_such_maintenance)?;
    Ok(super::document(HttpResponse::Ok(), entry))
}

/// Change planned work, or say something of it
///
/// What is absent stays. `scheduled` can become `in_progress` or `completed` (called off), `in_progress` and `verifying`
/// each other and `completed`. For managers.
#[utoipa::path(
    operation_id = "changeMaintenance",
    tag = "Maintenances",
    security(("bearer" = [])),
    params(IdInPath, IfMatchHeader),
    request_body = MaintenancePatch,
    responses(
        (status = 200, description = "The work as it is now", body = Maintenance,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "There is no such work", body = ErrorBody,
            example = json!({"error": "Maintenance not found"})),
        (status = 409, description = "There is no way to that status", body = ErrorBody,
            example = json!({"error": "Work that is scheduled cannot become verifying; it can become in_progress or completed"})),
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/maintenances/{id}")]
pub(crate) async fn replace(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(input): Json<MaintenancePatch>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let change = input.validate()?;
    let stamp = communications.scribe.stamp(&caller.subject);
    let work = move |draft: &mut _| writes::change_maintenance(draft, &stamp, &id, &precondition, &change);
    Ok(super::document(HttpResponse::Ok(), &*communications.store.write(work).await?))
}
