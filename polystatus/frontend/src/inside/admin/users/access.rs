//! `POST /admin/users/{id}/end-sessions` and `POST /admin/users/{id}/lock`

use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use super::user::show;
use super::{one, path_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Sign somebody out everywhere
///
/// A form with `csrf`.
#[utoipa::path(
    operation_id = "adminEndSessions",
    tag = "Signed in",
    params(("id" = String, Path, description = "The account's id", example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/users/{id}/end-sessions")]
pub(super) async fn end_sessions(form: SignedForm, Id(id): Id) -> Answer {
    let user = one(&form, &id).await?.value;
    let call = form.frontend.peers.signed_in.users.delete("/api/v1/users").segment(&id).segment("sessions");
    match form.write(call).await? {
        Ok(_) => {
            let said = fill(Says::of(form.lang).sessions_ended, &[&user.name]);
            Ok(form.done(Flash::new(said), &path_of(&id)).await)
        }
        Err(refusal) => {
            show(&form, refusal.page_status(), &user, Fields::default().refused(&refusal, &[], form.t)).await
        }
    }
}

/// Lock somebody out, or let them in again
///
/// A form with `disabled` (`true` or `false`) and `csrf`.
#[utoipa::path(
    operation_id = "adminLock",
    tag = "Signed in",
    params(("id" = String, Path, description = "The account's id", example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "disabled=true&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/users/{id}/lock")]
pub(super) async fn lock(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let (user, says, is_locked) = (&before.value, Says::of(form.lang), form.field("disabled") == "true");
    let call = form.frontend.peers.signed_in.users.put("/api/v1/users").segment(&id);
    match form.write(call.json(&json!({"disabled": is_locked})).header("if-match", &before.etag)).await? {
        Ok(_) => {
            let path = path_of(&id);
            let said = fill(if is_locked { says.was_locked } else { says.was_unlocked }, &[&user.name]);
            let back = if is_locked { "false" } else { "true" };
            Ok(form.done(Flash::new(said).undo(format!("{path}/lock"), &[("disabled", back)]), &path).await)
        }
        Err(refusal) => {
            show(&form, refusal.page_status(), user, Fields::default().refused(&refusal, &[], form.t)).await
        }
    }
}
