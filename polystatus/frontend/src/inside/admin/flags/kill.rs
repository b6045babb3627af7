//! `POST /admin/flags/{id}/kill` and `POST /admin/flags/{id}/restore`

use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::flag::refused;
use super::path_of;
use super::texts::Says;
use crate::inside::admin::says::fill;
use crate::inside::{Answer, FormTaken, SignedForm};
use crate::session::Flash;

/// Pull the kill switch of a flag
///
/// A form with `reason` and `csrf`.
#[utoipa::path(
    operation_id = "adminKillFlag",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its key", example = "new-checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "reason=Payments+fail&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/{id}/kill")]
pub(super) async fn kill(form: SignedForm, Id(id): Id) -> Answer {
    let call = form.frontend.peers.signed_in.flags.post("/admin/flags").segment(&id).segment("kill");
    match form.write(call.json(&json!({"reason": form.field("reason")}))).await? {
        Ok(_) => {
            let path = path_of(&id);
            let flash = Flash::new(fill(Says::of(form.lang).was_killed, &[&id])).undo(format!("{path}/restore"), &[]);
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => refused(&form, &id, &refusal, &json!({}), &["reason"]).await,
    }
}

/// Put the kill switch of a flag back
///
/// A form with `csrf`.
#[utoipa::path(
    operation_id = "adminRestoreFlag",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its key", example = "new-checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/{id}/restore")]
pub(super) async fn restore(form: SignedForm, Id(id): Id) -> Answer {
    let call = form.frontend.peers.signed_in.flags.post("/admin/flags").segment(&id).segment("restore");
    match form.write(call).await? {
        Ok(_) => {
            let said = fill(Says::of(form.lang).was_restored, &[&id]);
            Ok(form.done(Flash::new(said), &path_of(&id)).await)
        }
        Err(refusal) => refused(&form, &id, &refusal, &json!({"action": "restore", "id": id}), &[]).await,
    }
}
