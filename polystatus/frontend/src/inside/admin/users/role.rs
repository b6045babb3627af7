//! `POST /admin/users/{id}/role`: what somebody may do, once it was said that this is meant.

use actix_web::http::StatusCode;
use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use super::user::show;
use super::{called, one, path_of, rank};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Confirmation, Fields, FormTaken, Section, SignedForm};
use crate::session::Flash;

/// Change what somebody may do
///
/// A form with `role` and `csrf`; without `confirmed`, a page asks first.
#[utoipa::path(
    operation_id = "adminChangeRole",
    tag = "Signed in",
    params(("id" = String, Path, description = "The account's id", example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "role=manager&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/users/{id}/role")]
pub(super) async fn change(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let (user, role, says) = (&before.value, form.field("role"), Says::of(form.lang));
    let path = path_of(&id);
    if !form.has("confirmed") {
        let title = fill(says.role_title, &[&user.name, called(form.t, &role)]);
        let text = if rank(&role) > rank(&user.role) { says.role_more } else { says.role_less };
        let confirmed = [("role", role.as_str()), ("confirmed", "1"), ("version", &before.etag)];
        let confirmed = confirmed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = Confirmation {
            me: &form,
            title: &title,
            text: &[text.to_owned(), says.roles_text.to_owned()],
            quote: None,
            action: &format!("{path}/role"),
            fields: &confirmed,
            button: says.change_role_button,
            hurts: false,
            back: &path,
        };
        return Ok(form.page_with(StatusCode::OK, Section::Users, &title, &body).await);
    }
    let call = form.frontend.peers.signed_in.users.put("/api/v1/users").segment(&id).json(&json!({"role": role}));
    let version = form.version().unwrap_or_else(|| before.etag.clone());
    match form.write(call.header("if-match", &version)).await? {
        Ok(_) => {
            let flash = Flash::new(fill(says.role_changed, &[&user.name, called(form.t, &role)]));
            let flash = flash.undo(format!("{path}/role"), &[("role", &user.role), ("confirmed", "1")]);
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => {
            let fields = Fields::default().refused(&refusal, &["role"], form.t);
            show(&form, refusal.page_status(), user, fields).await
        }
    }
}
