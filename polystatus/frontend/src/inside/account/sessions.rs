//! `POST /account/sessions/end`, `…/end-others`

use actix_web::post;
use chassis::refusals::BodyRefused;

use super::page::{Forms, show};
use crate::inside::{Answer, Confirmation, Fields, FormTaken, Refusal, Section, SignedForm, see_other};
use crate::session::Flash;

/// End a session of one's own
///
/// A form with `id` and `csrf`.
#[utoipa::path(
    operation_id = "endSession",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "id=0f1e2d3c4b5a69788796a5b4c3d2e1f0&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/sessions/end")]
pub(super) async fn end(form: SignedForm) -> Answer {
    let Some(id) = form.given("id") else { return Ok(see_other("/account")) };
    let users = &form.frontend.peers.signed_in.users;
    match form.write(users.delete("/api/v1/auth/sessions").segment(id)).await? {
        // of another, or ended already: either way it is not there
        Ok(_) | Err(Refusal { status: 404, .. }) => {
            Ok(form.done(Flash::new(form.says().session_ended), "/account").await)
        }
        Err(refusal) => refused(&form, &refusal).await,
    }
}

/// End all sessions but this one
///
/// A form with `confirmed` and `csrf`; without the first, it is asked whether that is meant.
#[utoipa::path(
    operation_id = "endOtherSessions",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/sessions/end-others")]
pub(super) async fn end_others(form: SignedForm) -> Answer {
    let says = form.says();
    if !form.has("confirmed") {
        let body = Confirmation {
            me: &form,
            title: says.end_others_question,
            text: &[says.end_others_text.to_owned()],
            quote: None,
            action: "/account/sessions/end-others",
            fields: &[("confirmed".to_owned(), "yes".to_owned())],
            button: says.end_others,
            hurts: true,
            back: "/account",
        };
        return Ok(form.page(Section::Account, says.end_others_question, &body).await);
    }
    let users = &form.frontend.peers.signed_in.users;
    match form.write(users.delete("/api/v1/auth/sessions")).await? {
        Ok(_) => Ok(form.done(Flash::new(says.sessions_ended), "/account").await),
        Err(refusal) => refused(&form, &refusal).await,
    }
}

async fn refused(form: &SignedForm, refusal: &Refusal) -> Answer {
    let password = Fields::default().refused(refusal, &[], form.t);
    show(form, refusal.page_status(), Forms { password, ..Forms::default() }).await
}
