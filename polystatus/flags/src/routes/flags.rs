//! `GET` and `POST /admin/flags`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::{Json, Query};
use chassis::paging::Paging;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, ReadRefused, ReaderRefused, WriteRefused};

use super::refusals::Conflicts;
use crate::Flags;
use crate::model::{Flag, FlagInput};
use crate::writes;

/// List the flags, in the order of their keys
///
/// For managers: definitions name people.
#[utoipa::path(
    operation_id = "listFlags",
    tag = "Flags",
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "What they are", body = Vec<Flag>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/admin/flags")]
pub(crate) async fn list(
    caller: Caller,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = flags.store.read();
    let found = snapshot.after::<Flag>(paging.after()).map(|entry| &entry.document);
    Ok(paging.answer(&request, found, |flag| flag.id().to_owned()))
}

/// Make a flag, or put another in the place of the one with its key
///
/// With `If-Match`, only if nobody has changed it since. A flag whose kill switch is pulled stays off.
#[utoipa::path(
    operation_id = "putFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(IfMatchHeader),
    request_body = FlagInput,
    responses(
        (status = 200, description = "It was replaced", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match"))),
        (status = 201, description = "It is there", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match"), ("Location" = String, description = "Where it can be read"))),
        Conflicts, WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/admin/flags")]
pub(crate) async fn put(
    caller: Caller,
    precondition: Precondition,
    Json(input): Json<FlagInput>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let definition = input.validate()?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let put = move |draft: &mut _| writes::put(draft, &stamp, &precondition, &definition);
    let (entry, is_new) = flags.store.write(put).await?;
    if !is_new {
        return Ok(super::document(HttpResponse::Ok(), &entry));
    }
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/admin/flags/{}", entry.id())));
    Ok(super::document(response, &entry))
}
