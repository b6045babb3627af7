//! `POST /account/profile`: name and team.

use actix_web::post;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::User;
use super::page::{Forms, show};
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Change one's name and team
///
/// A form with `name`, `team`, `version` and `csrf`.
#[utoipa::path(
    operation_id = "changeProfile",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "name=Zo%C3%A9&team=network&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/profile")]
pub(super) async fn change(form: SignedForm) -> Answer {
    let users = &form.frontend.peers.signed_in.users;
    let before = form.read::<User>(users.get("/api/v1/users").segment(&form.who.id)).await?;
    let body = json!({"name": form.field("name"), "team": form.given("team")});
    let call = users.put("/api/v1/users").segment(&form.who.id).json(&body);
    let version = form.version().unwrap_or_default();
    match form.write(call.header("if-match", &version)).await? {
        Ok(response) => {
            let etag = response.header("etag").unwrap_or_default();
            let (name, team) = (before.value.name.as_str(), before.value.team.as_deref().unwrap_or_default());
            let fields = [("name", name), ("team", team), ("version", etag)];
            let flash = Flash::new(form.says().profile_changed).undo("/account/profile", &fields);
            Ok(form.done(flash, "/account").await)
        }
        Err(refusal) => {
            let mut fields = Fields::of(&form).refused(&refusal, &["name", "team"], form.t);
            let mut seen = version;
            if refusal.is_stale() {
                let now = form.read::<User>(users.get("/api/v1/users").segment(&form.who.id)).await?;
                fields = fields.meanwhile("name", now.value.name).meanwhile("team", now.value.team.unwrap_or_default());
                seen = now.etag;
            }
            let forms = Forms { profile: Some(fields), version: Some(seen), ..Forms::default() };
            show(&form, refusal.page_status(), forms).await
        }
    }
}
