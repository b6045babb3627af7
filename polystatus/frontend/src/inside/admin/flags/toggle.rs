//! `POST /admin/flags/{id}/toggle`: on, or off.

use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::flag::refused;
use super::texts::Says;
use super::{LIST, path_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, FormTaken, SignedForm};
use crate::session::Flash;

/// Switch a flag on or off
///
/// A form with `on` (`true` or `false`), `csrf`, and `list` to come back to the list.
#[utoipa::path(
    operation_id = "adminToggleFlag",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its key", example = "new-checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "on=true&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/{id}/toggle")]
pub(super) async fn toggle(form: SignedForm, Id(id): Id) -> Answer {
    let on = form.field("on") == "true";
    let path = path_of(&id);
    let call = form.frontend.peers.signed_in.flags.post("/admin/toggle").segment(&id).json(&json!({"on": on}));
    // no version: whoever presses "off" means off, whatever somebody else has changed in the rules
    match form.write(call).await? {
        Ok(_) => {
            let says = Says::of(form.lang);
            let said = fill(if on { says.is_on_now } else { says.is_off_now }, &[&id]);
            let mut back = vec![("on", if on { "false" } else { "true" })];
            if form.has("list") {
                back.push(("list", "1"));
            }
            let flash = Flash::new(said).undo(format!("{path}/toggle"), &back);
            Ok(form.done(flash, if form.has("list") { LIST } else { &path }).await)
        }
        Err(refusal) => refused(&form, &id, &refusal, &json!({"action": "toggle", "id": id, "on": on}), &[]).await,
    }
}
