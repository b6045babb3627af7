//! `GET` and `POST /account/reset-password`: where the links for forgotten passwords and invitations lead.
//!
//! A GET changes nothing, and does not ask whether the link is good: programs look at mails before people do.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use crate::inside::stranger::{Stranger, StrangerForm};
use crate::inside::{Answer, Fields, Words};

#[derive(Template)]
#[template(path = "inside/reset.html")]
struct ResetPage<'a> {
    me: &'a Stranger,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
}

fn show(me: &Stranger, status: StatusCode, f: Fields) -> HttpResponse {
    let (t, says) = (me.t, me.says());
    me.page_with(status, says.reset, &ResetPage { me, t, says, f })
}

/// The form to choose a password with
#[utoipa::path(
    operation_id = "resetPage",
    tag = "Signed in",
    params(("token" = Option<String>, Query, description = "What the link in the mail holds", example = "8f3b")),
    responses((status = 200, description = "A page with a form", body = String, content_type = "text/html"))
)]
#[get("/account/reset-password")]
pub(super) async fn page(me: Stranger) -> HttpResponse {
    show(&me, StatusCode::OK, Fields::default())
}

/// Choose a password
///
/// A form with `password` and `csrf`, sent to the address of the link. Nobody is signed in by it.
#[utoipa::path(
    operation_id = "resetByForm",
    tag = "Signed in",
    params(("token" = Option<String>, Query, description = "What the link in the mail holds", example = "8f3b")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "password=…&csrf=…"),
    responses(
        (status = 200, description = "A page that says so", body = String, content_type = "text/html"),
        (status = 400, description = "The form, with what is wrong", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form is not ours", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html"),
        (status = 503, description = "The form: the users service does not answer", body = String, content_type = "text/html"),
        BodyRefused,
    )
)]
#[post("/account/reset-password")]
pub(super) async fn reset(form: StrangerForm) -> Answer {
    let says = form.says();
    let body = json!({"token": form.query("token"), "password": form.secret("password")});
    let users = &form.frontend.peers.signed_in.users;
    Ok(match form.ask(users.post("/api/v1/auth/reset-password").json(&body)).await {
        Ok(_) => form.notice(StatusCode::OK, says.reset_done, says.reset_done_text, ("/login", form.t.sign_in)),
        Err(refusal) => {
            let refusal = super::of_link(refusal);
            show(&form, refusal.page_status(), Fields::default().refused(&refusal, &["password"], form.t))
        }
    })
}
