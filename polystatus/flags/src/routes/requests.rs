//! `/admin/requests`, `/admin/requests/{id}`, `…/approve` and `…/reject`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
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
use crate::model::{ChangeRequest, Mistakes, ProposalInput};
use crate::writes::{self, no_such_request};

/// A change to which somebody else shall agree.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposed {
    /// What.
    change: ProposalInput,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 1000, pattern = "^[ -~]*$", example = "The old checkout is switched off on Monday")]
    reason: String,
    /// When, in Unix seconds; absent: as soon as somebody agrees.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 253_402_300_799_i64, example = 4_000_000_000_i64)]
    at: Option<i64>,
}

/// What somebody says to it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comment {
    /// For whoever reads it later.
    #[serde(default)]
    #[schema(max_length = 1000, pattern = "^[ -~]*$", example = "Looked at it together")]
    comment: String,
}

fn check(field: &'static str, text: &str) -> Result<(), ApiError> {
    let mut mistakes = Mistakes::default();
    mistakes.text(field, text, 1000);
    mistakes.none_or(Some(()))
}

/// List change requests, and what became of them
#[utoipa::path(
    operation_id = "listRequests",
    tag = "Later",
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "In the order of their ids", body = Vec<ChangeRequest>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/admin/requests")]
pub(crate) async fn list(
    caller: Caller,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let found = snapshot.after::<ChangeRequest>(paging.after()).map(|entry| &entry.document);
    Ok(paging.answer(&request, found, |request| request.id.clone()))
}

/// Ask for a change
#[utoipa::path(
    operation_id = "requestChange",
    tag = "Later",
    security(("bearer" = [])),
    request_body = Proposed,
    responses(
        (status = 201, description = "Somebody else must agree", body = ChangeRequest,
            headers(("Location" = String, description = "Where it can be read"))),
        Conflicts, WriteRefused, BodyRefused,
    )
)]
#[post("/admin/requests")]
pub(crate) async fn propose(
    caller: Caller,
    Json(Proposed { change, reason, at }): Json<Proposed>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    check("reason", &reason)?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let change = change.validate(&stamp.by, stamp.at)?;
    let propose = move |draft: &mut _| writes::propose(draft, &stamp, &change, at, &reason);
    let entry = flags.store.write(propose).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/admin/requests/{}", entry.id)));
    Ok(response.json(&entry.document))
}

/// Read a change request
#[utoipa::path(
    operation_id = "readRequest",
    tag = "Later",
    security(("bearer" = [])),
    params(IdInPath),
    responses(
        (status = 200, description = "It, and what became of it", body = ChangeRequest),
        NoSuchId, ReaderRefused,
    )
)]
#[get("/admin/requests/{id}")]
pub(crate) async fn read(caller: Caller, Id(id): Id, flags: web::Data<Flags>) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let entry = snapshot.get::<ChangeRequest>(&id).ok_or_else(no_such_request)?;
    Ok(HttpResponse::Ok().json(&entry.document))
}

/// Agree to a change of somebody else
///
/// It is made at once, or planned for its time. Not when the flag was changed since it was asked for.
#[utoipa::path(
    operation_id = "approveRequest",
    tag = "Later",
    security(("bearer" = [])),
    params(IdInPath),
    request_body = Comment,
    responses(
        (status = 200, description = "It was made, or is planned", body = ChangeRequest),
        NoSuchId, Conflicts, WriteRefused, BodyRefused,
    )
)]
#[post("/admin/requests/{id}/approve")]
pub(crate) async fn approve(
    caller: Caller,
    Id(id): Id,
    Json(Comment { comment }): Json<Comment>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    check("comment", &comment)?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let entry = flags.store.write(move |draft: &mut _| writes::approve(draft, &stamp, &id, &comment)).await?;
    Ok(HttpResponse::Ok().json(&entry.document))
}

/// Refuse a change, or take one's own back
#[utoipa::path(
    operation_id = "rejectRequest",
    tag = "Later",
    security(("bearer" = [])),
    params(IdInPath),
    request_body = Comment,
    responses(
        (status = 200, description = "It will not be made", body = ChangeRequest),
        NoSuchId, Conflicts, WriteRefused, BodyRefused,
    )
)]
#[post("/admin/requests/{id}/reject")]
pub(crate) async fn reject(
    caller: Caller,
    Id(id): Id,
    Json(Comment { comment }): Json<Comment>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    check("comment", &comment)?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let entry = flags.store.write(move |draft: &mut _| writes::reject(draft, &stamp, &id, &comment)).await?;
    Ok(HttpResponse::Ok().json(&entry.document))
}
