//! `/admin/schedules` and `/admin/schedules/{id}`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::{Json, Query};
use chassis::paging::Paging;
use chassis::path::Id;
use chassis::refusals::{BodyRefused, ReadRefused, ReaderRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::IdInPath;
use super::refusals::{Conflicts, NoSuchId};
use crate::Flags;
use crate::model::{ProposalInput, Schedule};
use crate::writes::{self, no_such_schedule};

/// A change, and its time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// When, in Unix seconds.
    #[schema(example = 4_000_000_000_i64, minimum = 0, maximum = 253_402_300_799_i64)]
    at: i64,
    /// What.
    change: ProposalInput,
}

/// List planned changes, and what became of them
#[utoipa::path(
    operation_id = "listSchedules",
    tag = "Later",
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "In the order of their ids", body = Vec<Schedule>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/admin/schedules")]
pub(crate) async fn list(
    caller: Caller,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let found = snapshot.after::<Schedule>(paging.after()).map(|entry| &entry.document);
    Ok(paging.answer(&request, found, |schedule| schedule.id.clone()))
}

/// Plan a change
///
/// It is made once, at its time or as soon after it as the service runs.
#[utoipa::path(
    operation_id = "planChange",
    tag = "Later",
    security(("bearer" = [])),
    request_body = Plan,
    responses(
        (status = 201, description = "It waits for its time", body = Schedule,
            headers(("Location" = String, description = "Where it can be read"))),
        Conflicts, WriteRefused, BodyRefused,
    )
)]
#[post("/admin/schedules")]
pub(crate) async fn plan(
    caller: Caller,
    Json(Plan { at, change }): Json<Plan>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let change = change.validate(&stamp.by, stamp.at)?;
    let entry = flags.store.write(move |draft: &mut _| writes::plan(draft, &stamp, at, &change)).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/admin/schedules/{}", entry.id)));
    Ok(response.json(&entry.document))
}

/// Read a planned change
#[utoipa::path(
    operation_id = "readSchedule",
    tag = "Later",
    security(("bearer" = [])),
    params(IdInPath),
    responses(
        (status = 200, description = "It, and what became of it", body = Schedule),
        NoSuchId, ReaderRefused,
    )
)]
#[get("/admin/schedules/{id}")]
pub(crate) async fn read(caller: Caller, Id(id): Id, flags: web::Data<Flags>) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let entry = snapshot.get::<Schedule>(&id).ok_or_else(no_such_schedule)?;
    Ok(HttpResponse::Ok().json(&entry.document))
}

/// Take a planned change back
#[utoipa::path(
    operation_id = "cancelSchedule",
    tag = "Later",
    security(("bearer" = [])),
    params(IdInPath),
    responses(
        (status = 200, description = "It will not be made", body = Schedule),
        NoSuchId, Conflicts, WriteRefused,
    )
)]
#[delete("/admin/schedules/{id}")]
pub(crate) async fn cancel(caller: Caller, Id(id): Id, flags: web::Data<Flags>) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let entry = flags.store.write(move |draft: &mut _| writes::cancel(draft, &stamp, &id)).await?;
    Ok(HttpResponse::Ok().json(&entry.document))
}
