//! `POST /admin/toggle/{id}`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::FlagInPath;
use super::refusals::{Conflicts, NoSuchFlag};
use crate::Flags;
use crate::model::Flag;
use crate::writes;

/// Whether a flag shall be on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Toggle {
    /// Whether its rules are looked at.
    #[schema(example = false)]
    on: bool,
}

/// Switch a flag on or off
#[utoipa::path(
    operation_id = "toggleFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath, IfMatchHeader),
    request_body = Toggle,
    responses(
        (status = 200, description = "The flag as it is now", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match"))),
        NoSuchFlag, Conflicts, WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/admin/toggle/{id}")]
pub(crate) async fn toggle(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(Toggle { on }): Json<Toggle>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    flags.allow_direct_changes()?;
    let stamp = flags.scribe.stamp(&caller.subject);
    let toggle = move |draft: &mut _| writes::toggle(draft, &stamp, &id, &precondition, on);
    Ok(super::document(HttpResponse::Ok(), &*flags.store.write(toggle).await?))
}
