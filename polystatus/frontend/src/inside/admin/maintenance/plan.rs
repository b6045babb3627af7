//! `POST /admin/maintenances`: announce it.

use actix_web::http::StatusCode;
use actix_web::post;
use chassis::refusals::BodyRefused;

use super::list::show;
use super::texts::Says;
use super::{FIELDS, LIST, Work, told};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Announce planned work
///
/// A form with `title`, `message`, any number of `services`, `from`, `until` and `csrf`.
#[utoipa::path(
    operation_id = "adminPlanMaintenance",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "title=New+disks&from=2026-11-29T02%3A00&until=2026-11-29T04%3A00&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/maintenances")]
pub(super) async fn plan(form: SignedForm) -> Answer {
    let told = match told(&form) {
        Ok(told) => told,
        Err(fields) => return show(&form, StatusCode::BAD_REQUEST, fields).await,
    };
    let call = form.frontend.peers.signed_in.communications.post("/api/v1/maintenances").json(&told);
    match form.write(call).await? {
        Ok(response) => {
            let flash = Flash::new(fill(Says::of(form.lang).planned, &[&form.field("title")]));
            let to = response.json::<Work>().map_or_else(|_| LIST.to_owned(), |work| work.path());
            Ok(form.done(flash, &to).await)
        }
        Err(refusal) => show(&form, refusal.page_status(), Fields::of(&form).refused(&refusal, &FIELDS, form.t)).await,
    }
}
