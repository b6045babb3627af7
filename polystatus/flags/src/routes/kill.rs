//! `POST /admin/flags/{id}/kill` and `…/restore`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::path::Id;
use chassis::refusals::{BodyRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;
use values::{Mistakes, Prose};

use super::path::FlagInPath;
use super::refusals::{Conflicts, NoSuchFlag};
use crate::Flags;
use crate::model::Flag;
use crate::writes;

/// Why the kill switch is pulled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// For whoever wonders.
    #[schema(max_length = 500, pattern = "^[ -~]*$", example = "Orders are lost")]
    reason: String,
}

/// Pull the kill switch of a flag
///
/// It is off at once, and stays so whatever is planned or changed, until it is restored. For responders, and without
/// anybody else's agreement: it is for the night in which something burns. Whoever pulls it once more says why in their
/// turn, and what was asked or planned before to restore the flag is not done any more.
#[utoipa::path(
    operation_id = "killFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath),
    request_body = Reason,
    responses(
        (status = 200, description = "The flag as it is now", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match"))),
        NoSuchFlag, WriteRefused, BodyRefused,
    )
)]
#[post("/admin/flags/{id}/kill")]
pub(crate) async fn kill(
    caller: Caller,
    Id(id): Id,
    Json(Reason { reason }): Json<Reason>,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    let stamp = flags.stamp(&caller, Role::Responder)?;
    let mut mistakes = Mistakes::default();
    mistakes.parse::<Prose<500>>("reason", &reason);
    mistakes.none_or(Some(()))?;
    let kill = move |draft: &mut _| writes::kill(draft, &stamp, &id, &reason);
    Ok(super::document(HttpResponse::Ok(), &*flags.store.write(kill).await?))
}

/// Put the kill switch of a flag back
///
/// It is again what its definition says. For managers; where changes need somebody's agreement, this does, too. Planned
/// for later, it is done only if nothing that was not planned before comes between: not the flag's next kill either.
#[utoipa::path(
    operation_id = "restoreFlag",
    tag = "Flags",
    security(("bearer" = [])),
    params(FlagInPath),
    responses(
        (status = 200, description = "The flag as it is now", body = Flag,
            headers(("ETag" = String, description = "The flag's version, for If-Match"))),
        NoSuchFlag, Conflicts, WriteRefused,
    )
)]
#[post("/admin/flags/{id}/restore")]
pub(crate) async fn restore(caller: Caller, Id(id): Id, flags: web::Data<Flags>) -> Result<HttpResponse, ApiError> {
    let stamp = flags.alone(&caller)?;
    let restore = move |draft: &mut _| writes::restore(draft, &stamp, &id);
    Ok(super::document(HttpResponse::Ok(), &*flags.store.write(restore).await?))
}
