//! `GET` and `POST /account/forgot`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use crate::inside::stranger::{Stranger, StrangerForm};
use crate::inside::{Answer, Fields, Words};

#[derive(Template)]
#[template(path = "inside/forgot.html")]
struct ForgotPage<'a> {
    me: &'a Stranger,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
}

fn show(me: &Stranger, status: StatusCode, f: Fields) -> HttpResponse {
    let (t, says) = (me.t, me.says());
    me.page_with(status, says.forgot, &ForgotPage { me, t, says, f })
}

/// The form for who has forgotten a password
#[utoipa::path(
    operation_id = "forgotPage",
    tag = "Signed in",
    responses((status = 200, description = "A page with a form", body = String, content_type = "text/html"))
)]
#[get("/account/forgot")]
pub(super) async fn page(me: Stranger) -> HttpResponse {
    show(&me, StatusCode::OK, Fields::default())
}

/// Ask for a link to choose another password with
///
/// A form with `email` and `csrf`. The answer is the same whether or not there is such an account.
#[utoipa::path(
    operation_id = "forgotByForm",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "email=zoe%40example.org&csrf=…"),
    responses(
        (status = 200, description = "A page that says that a mail is on its way, if there is such an account", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form is not ours", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html"),
        (status = 503, description = "The form: the users service does not answer", body = String, content_type = "text/html"),
        BodyRefused,
    )
)]
#[post("/account/forgot")]
pub(super) async fn forgot(form: StrangerForm) -> Answer {
    let says = form.says();
    let users = &form.frontend.peers.signed_in.users;
    let asked = users.post("/api/v1/auth/forgot-password").json(&json!({"email": form.field("email")}));
    Ok(match form.ask(asked).await {
        Ok(_) => form.notice(StatusCode::OK, says.reset_mailed, says.reset_mailed_text, ("/login", form.t.sign_in)),
        Err(refusal) => {
            let fields = Fields::default().with("email", form.field("email")).refused(&refusal, &["email"], form.t);
            show(&form, refusal.page_status(), fields)
        }
    })
}
