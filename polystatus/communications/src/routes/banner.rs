//! `/api/v1/banner`

use actix_web::http::header::ETag;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::observe::MayBeNone;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Communications;
use crate::etag;
use crate::model::{Banner, BannerInput};
use crate::writes;

/// The banner, and whether it is shown now.
#[derive(Serialize, ToSchema)]
pub(crate) struct BannerNow<'a> {
    #[serde(flatten)]
    banner: &'a Banner,
    /// Whether it is to be shown now: between `from` and `until`.
    active: bool,
}

/// The banner
#[utoipa::path(
    operation_id = "readBanner",
    tag = "Banner",
    responses(
        (status = 200, description = "The banner; `active`: it is to be shown now", body = BannerNow,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "There is none", body = ErrorBody, example = json!({"error": "There is no banner"})),
    )
)]
#[get("/api/v1/banner")]
pub(crate) async fn read(
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    // the status page asks every few seconds, and mostly there is none
    request.extensions_mut().insert(MayBeNone);
    let snapshot = communications.store.read();
    let entry = snapshot.get::<Banner>(Banner::KEY).ok_or_else(|| ApiError::not_found("There is no banner"))?;
    let active = entry.is_shown_at(communications.scribe.now());
    // no 304: its version stays while the time comes at which it is shown, or over
    let tag = etag::of(entry);
    Ok(HttpResponse::Ok().insert_header(ETag(tag)).json(BannerNow { banner: &entry.document, active }))
}

/// Put a banner up, in the place of the one that is there
///
/// For managers.
#[utoipa::path(
    operation_id = "putBanner",
    tag = "Banner",
    security(("bearer" = [])),
    params(IfMatchHeader),
    request_body = BannerInput,
    responses(
        (status = 200, description = "It is up", body = BannerNow,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/banner")]
pub(crate) async fn replace(
    caller: Caller,
    precondition: Precondition,
    Json(input): Json<BannerInput>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let banner = input.validate(communications.scribe.now())?;
    let stamp = communications.scribe.stamp(&caller.subject);
    let put = move |draft: &mut _| writes::put_banner(draft, &stamp, &precondition, &banner);
    let entry = communications.store.write(put).await?;
    let active = entry.is_shown_at(communications.scribe.now());
    let mut response = HttpResponse::Ok();
    Ok(response.insert_header(ETag(etag::of(&entry))).json(BannerNow { banner: &entry.document, active }))
}

/// Take the banner away
///
/// For managers.
#[utoipa::path(
    operation_id = "deleteBanner",
    tag = "Banner",
    security(("bearer" = [])),
    params(IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = ErrorBody, example = json!({"error": "There is no banner"})),
        WriteRefused, PreconditionRefused,
    )
)]
#[delete("/api/v1/banner")]
pub(crate) async fn delete(
    caller: Caller,
    precondition: Precondition,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let stamp = communications.scribe.stamp(&caller.subject);
    let delete = move |draft: &mut _| writes::take_banner_away(draft, &stamp, &precondition);
    communications.store.write(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}
