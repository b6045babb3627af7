//! `/admin/segments` and `/admin/segments/{id}`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::{Json, Query};
use chassis::paging::Paging;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, ReadRefused, ReaderRefused, WriteRefused};

use super::path::SegmentInPath;
use super::refusals::{Conflicts, NoSuchSegment};
use crate::Flags;
use crate::model::{Segment, SegmentInput};
use crate::writes::{self, no_such_segment};

/// List the segments, in the order of their keys
#[utoipa::path(
    operation_id = "listSegments",
    tag = "Segments",
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "Who is in them", body = Vec<Segment>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/admin/segments")]
pub(crate) async fn list(
    caller: Caller,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let found = snapshot.after::<Segment>(paging.after()).map(|entry| &entry.document);
    Ok(paging.answer(&request, found, |segment| segment.id.to_string()))
}

/// Make a segment, or put another in the place of the one with its key
#[utoipa::path(
    operation_id = "putSegment",
    tag = "Segments",
    security(("bearer" = [])),
    params(IfMatchHeader),
    request_body = SegmentInput,
    responses(
        (status = 200, description = "It was replaced", body = Segment,
            headers(("ETag" = String, description = "The segment's version, for If-Match"))),
        (status = 201, description = "It is there", body = Segment,
            headers(("ETag" = String, description = "The segment's version, for If-Match"), ("Location" = String, description = "Where it can be read"))),
        Conflicts, WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/admin/segments")]
pub(crate) async fn put(
    caller: Caller,
    precondition: Precondition,
    Json(input): Json<SegmentInput>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let segment = input.validate(&stamp.by, stamp.at)?;
    let put = move |draft: &mut _| writes::put_segment(draft, &stamp, &precondition, &segment);
    let (entry, is_new) = flags.store.write(put).await?;
    if !is_new {
        return Ok(super::document(HttpResponse::Ok(), &entry));
    }
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/admin/segments/{}", entry.id)));
    Ok(super::document(response, &entry))
}

/// Read a segment
#[utoipa::path(
    operation_id = "readSegment",
    tag = "Segments",
    security(("bearer" = [])),
    params(SegmentInPath),
    responses(
        (status = 200, description = "The segment", body = Segment,
            headers(("ETag" = String, description = "The segment's version, for If-Match"))),
        NoSuchSegment, ReaderRefused,
    )
)]
#[get("/admin/segments/{id}")]
pub(crate) async fn read(caller: Caller, Id(id): Id, flags: web::Data<Flags>) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let entry = snapshot.get::<Segment>(&id).ok_or_else(no_such_segment)?;
    Ok(super::document(HttpResponse::Ok(), entry))
}

/// Delete a segment
///
/// Not while a rule names it.
#[utoipa::path(
    operation_id = "deleteSegment",
    tag = "Segments",
    security(("bearer" = [])),
    params(SegmentInPath, IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        NoSuchSegment, Conflicts, WriteRefused, PreconditionRefused,
    )
)]
#[delete("/admin/segments/{id}")]
pub(crate) async fn delete(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let stamp = flags.scribe.stamp(&caller.subject);
    flags.store.write(move |draft: &mut _| writes::delete_segment(draft, &stamp, &id, &precondition)).await?;
    Ok(HttpResponse::NoContent().finish())
}
