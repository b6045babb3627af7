//! `POST /admin/users`: invite somebody.

use actix_web::post;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::LIST;
use super::list::show;
use super::texts::Says;
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// The fields of the form.
const FIELDS: [&str; 4] = ["name", "email", "role", "team"];

/// Invite somebody
///
/// A form with `name`, `email`, `role`, `team` and `csrf`.
#[utoipa::path(
    operation_id = "adminInvite",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "name=Zo%C3%A9&email=zoe%40example.org&role=viewer&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/users")]
pub(super) async fn invite(form: SignedForm) -> Answer {
    let (name, email, role) = (form.field("name"), form.field("email"), form.field("role"));
    let body = json!({"name": name, "email": email, "role": role, "team": form.given("team")});
    let call = form.frontend.peers.signed_in.users.post("/api/v1/users").json(&body);
    match form.write(call).await? {
        Ok(_) => Ok(form.done(Flash::new(fill(Says::of(form.lang).was_invited, &[&name])), LIST).await),
        Err(refusal) => show(&form, refusal.page_status(), Fields::of(&form).refused(&refusal, &FIELDS, form.t)).await,
    }
}
