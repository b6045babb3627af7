//! `POST /admin/services`: a new one; or one that was taken off a moment ago.

use actix_web::post;
use chassis::refusals::BodyRefused;

use super::list::show;
use super::texts::Says;
use super::{FIELDS, LIST, Listed, Told, all, path_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// How far services are from one another, so that one fits between.
const STEP: i32 = 10;

/// Add a service
///
/// A form with `name`, `group`, `description` and `csrf`; with `position`, it stands there, otherwise at the end.
#[utoipa::path(
    operation_id = "adminAddService",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "name=Checkout&group=Shop&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/services")]
pub(super) async fn add(form: SignedForm) -> Answer {
    let position = match form.field("position").parse() {
        Ok(position) => position,
        Err(_) => all(&form).await?.last().map_or(STEP, |last| last.told.position.saturating_add(STEP)),
    };
    let told = Told::of(&form, position);
    let incidents = &form.frontend.peers.signed_in.incidents;
    match form.write(incidents.post("/api/v1/services").json(&told)).await? {
        Ok(response) => {
            let flash = Flash::new(fill(Says::of(form.lang).added, &[&told.name]));
            let flash = match response.json::<Listed>() {
                Ok(added) => flash.undo(format!("{}/delete", path_of(&added.id)), &[]),
                Err(_) => flash,
            };
            Ok(form.done(flash, LIST).await)
        }
        Err(refusal) => show(&form, refusal.page_status(), Fields::of(&form).refused(&refusal, &FIELDS, form.t)).await,
    }
}
