//! `GET` and `PUT /api/v1/flags/flagd`

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::read_body;
use chassis::refusals::{BodyRefused, ReaderRefused, WriteRefused};

use super::refusals::Conflicts;
use crate::Flags;
use crate::documents::FlagSet;
use crate::flagd::{self, Defined, Definitions};
use crate::model::{Flag, Segment};
use crate::writes::{self, Imported};

/// Bytes of a set at most: five thousand flags with a few rules each, written as rules and as JsonLogic.
const LARGEST: usize = 8 * 1024 * 1024;

/// All flags in flagd's definition format
///
/// As flagd and the providers that evaluate in the program read it. Targets and rules are written as JsonLogic, segments
/// as `$evaluators`. What flagd has no word for, such as a kill switch, stands under `$polystatus`, so that an import of
/// what was exported changes nothing, and brings everything back in another place.
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
    let snapshot = flags.store.read();
    let set = Definitions {
        flags: snapshot.iter::<Flag>().map(|flag| Defined::of(flag)).collect(),
        segments: snapshot.iter::<Segment>().map(|segment| segment.document.clone()).collect(),
        metadata: snapshot.get::<FlagSet>(FlagSet::KEY).map(|set| set.metadata.clone()).unwrap_or_default(),
        is_plain: false,
    };
    Ok(HttpResponse::Ok().json(flagd::write(&set)))
}

/// Put a set in flagd's definition format in the place of all flags and segments
///
/// All of it, or nothing. A flag that says the same as before is not touched; in a set without `$polystatus`, neither is one
/// that is written as rules here, and descriptions and off variations stay as they are. No
/// import puts a kill switch back: a flag that is killed here, or in the set, is killed then; 409 when it would be gone, or
/// would answer something else while it is off.
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
    let stamp = flags.alone(&caller)?;
    if chassis::extract::media_type(&request) != "application/json" {
        return Err(ApiError::unsupported_media_type("application/json"));
    }
    let body = read_body(&request, &mut payload.into_inner(), LARGEST).await?;
    let set = flagd::read(&body)?;
    let imported: Imported = flags.store.write(move |draft: &mut _| writes::import(draft, &stamp, &set)).await?;
    Ok(HttpResponse::Ok().json(imported))
}
