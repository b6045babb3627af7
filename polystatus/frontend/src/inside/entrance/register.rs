//! `GET` and `POST /register`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use crate::inside::stranger::{Stranger, StrangerForm};
use crate::inside::{Answer, Fields, Words};

#[derive(Template)]
#[template(path = "inside/register.html")]
struct RegisterPage<'a> {
    me: &'a Stranger,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
}

fn show(me: &Stranger, status: StatusCode, f: Fields) -> HttpResponse {
    let (t, says) = (me.t, me.says());
    me.page_with(status, says.register, &RegisterPage { me, t, says, f })
}

/// The form of a registration
#[utoipa::path(
    operation_id = "registerPage",
    tag = "Signed in",
    responses((status = 200, description = "A page with a form", body = String, content_type = "text/html"))
)]
#[get("/register")]
pub(super) async fn page(me: Stranger) -> HttpResponse {
    show(&me, StatusCode::OK, Fields::default())
}

/// Register
///
/// A form with `name`, `email`, `password` and `csrf`. The answer is the same whether or not somebody has an account with this
/// address.
#[utoipa::path(
    operation_id = "registerByForm",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "name=Zo%C3%A9&email=zoe%40example.org&password=…&csrf=…"),
    responses(
        (status = 200, description = "A page that says that a mail is on its way", body = String, content_type = "text/html"),
        (status = 400, description = "The form, with what is wrong", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form is not ours", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html"),
        (status = 503, description = "The form: the users service does not answer", body = String, content_type = "text/html"),
        BodyRefused,
    )
)]
#[post("/register")]
pub(super) async fn register(form: StrangerForm) -> Answer {
    let (name, email) = (form.field("name"), form.field("email"));
    let body = json!({"name": name, "email": email, "password": form.secret("password")});
    let says = form.says();
    let users = &form.frontend.peers.signed_in.users;
    Ok(match form.ask(users.post("/api/v1/users").json(&body)).await {
        Ok(_) => form.notice(StatusCode::OK, says.mailed, says.mailed_text, ("/login", form.t.sign_in)),
        Err(refusal) => {
            let fields = Fields::default().with("name", name).with("email", email);
            let fields = fields.refused(&refusal, &["name", "email", "password"], form.t);
            show(&form, refusal.page_status(), fields)
        }
    })
}
