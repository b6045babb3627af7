//! `GET /admin/flags/{id}/history` and `POST /admin/flags/{id}/rollback`

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::{Json, Query};
use chassis::paging::Paging;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, ReadRefused, ReaderRefused, WriteRefused};
use serde::Deserialize;
use store::Document;
use utoipa::ToSchema;

use super::path::FlagInPath;
use super::refusals::{Conflicts, NoSuchFlag};
use crate::Flags;
use crate::model::{Change, Flag, checked_version};
use crate::writes::{self, no_such_flag};

/// What a flag shall be again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollBack {
    /// What it was at this version.
    #[schema(example = 1, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    version: u64,
}

/// What was changed of a flag, the newest first
///
/// The last 200 changes are kept, also of a flag that was deleted.
#[utoipa::path(
    operation_id = "readHistory",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath, Paging),
    responses(
        (status = 200, description = "Who changed what, when", body = Vec<Change>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        NoSuchFlag, ReadRefused, ReaderRefused,
    )
)]
#[get("/admin/flags/{id}/history")]
pub(crate) async fn history(
    caller: Caller,
    Id(id): Id,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let mut changes = snapshot.find::<Change>("flag", &id).rev().peekable();
    changes.peek().ok_or_else(no_such_flag)?;
    let before = paging.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let changes = changes.map(|change| &change.document);
    let changes = changes.skip_while(|change| before.is_some_and(|before| change.key().as_str() >= before));
    Ok(paging.answer(&request, changes, |change| change.key()))
}

/// Make a flag again what it was
///
/// That is a change like any other: the history goes on, and it can be rolled back, too.
#[utoipa::path(
    operation_id = "rollBackFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath, IfMatchHeader),
    request_body = RollBack,
    responses(
        (status = 200, description = "The flag as it is now", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match"))),
        NoSuchFlag, Conflicts, WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/admin/flags/{id}/rollback")]
pub(crate) async fn roll_back(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(RollBack { version }): Json<RollBack>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let version = checked_version(version)?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let roll_back = move |draft: &mut _| writes::roll_back(draft, &stamp, &id, &precondition, version);
    Ok(super::document(HttpResponse::Ok(), &*flags.store.write(roll_back).await?))
}
