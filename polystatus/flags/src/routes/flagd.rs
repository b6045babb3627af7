//! `GET` and `PUT /api/v1/flags/flagd`

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::read_body;
use chassis::refusals::{BodyRefused, ReaderRefused, WriteRefused};

use super::refusals::Conflicts;
use crate::Flags;
use crate::flagd;
use crate::model::{Flag, Segment};
use crate::writes::{self, Imported};

/// Bytes of a set at most: five thousand flags with a few rules each.
const LARGEST: usize = 4 * 1024 * 1024;

/// All flags in flagd's definition format
///
/// As flagd and the providers that evaluate in the program read it. Targets and rules are written as JsonLogic, segments
/// as `$evaluators`.
#[utoipa::path(
    operation_id = "exportFlags",
    tag = "Flags",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The whole set", body = Object),
        ReaderRefused,
    )
)]
#[get("/api/v1/flags/flagd")]
pub(crate) async fn read(caller: Caller, flags: web::Data<Flags>) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let (snapshot, ruleset) = (flags.store.read(), flags.ruleset());
    let all = snapshot.iter::<Flag>().map(|flag| (&flag.definition, flag.is_on()));
    let segments = snapshot.iter::<Segment>().map(|segment| &segment.document);
    Ok(HttpResponse::Ok().json(flagd::write(all, segments, &ruleset.metadata)))
}

/// Put a set in flagd's definition format in the place of all flags and segments
///
/// All of it, or nothing. A flag that says the same as before is not touched, also where it is written as rules here.
#[utoipa::path(
    operation_id = "importFlags",
    tag = "Flags",
    security(("bearer" = [])),
    request_body(content = Object, description = "flags, `$evaluators` and metadata",
        example = json!({"flags": {"new-checkout": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}}})),
    responses(
        (status = 200, description = "What has changed", body = Imported),
        Conflicts, WriteRefused, BodyRefused,
    )
)]
#[put("/api/v1/flags/flagd")]
pub(crate) async fn replace(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    if chassis::extract::media_type(&request) != "application/json" {
        return Err(ApiError::unsupported_media_type("application/json"));
    }
    let body = read_body(&request, &mut payload.into_inner(), LARGEST).await?;
    let set = flagd::read(&body)?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let imported: Imported = flags.store.write(move |draft: &mut _| writes::import(draft, &stamp, &set)).await?;
    Ok(HttpResponse::Ok().json(imported))
}
