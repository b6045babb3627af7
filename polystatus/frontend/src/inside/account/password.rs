//! `POST /account/password`

use actix_web::post;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::page::{Forms, show};
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// Change one's password
///
/// A form with `current_password`, `new_password` and `csrf`. All other sessions end.
#[utoipa::path(
    operation_id = "changePasswordByForm",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "current_password=…&new_password=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/password")]
pub(super) async fn change(form: SignedForm) -> Answer {
    let fields = ["current_password", "new_password"];
    let body = json!({fields[0]: form.secret(fields[0]), fields[1]: form.secret(fields[1])});
    let users = &form.frontend.peers.signed_in.users;
    match form.write(users.post("/api/v1/auth/change-password").json(&body)).await? {
        Ok(_) => Ok(form.done(Flash::new(form.says().password_changed), "/account").await),
        Err(refusal) => {
            let password = Fields::default().refused(&refusal, &fields, form.t);
            show(&form, refusal.page_status(), Forms { password, ..Forms::default() }).await
        }
    }
}
