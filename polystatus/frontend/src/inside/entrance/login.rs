//! `GET` and `POST /login`

use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use crate::inside::stranger::{Stranger, StrangerForm};
use crate::inside::{Answer, Fields, Refusal, Words, see_other};
use crate::session::cookie::Kind;
use crate::session::{Next, Tokens};

/// What the users service asks for beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Wanted {
    #[default]
    Nothing,
    /// A code of an app, or a recovery code.
    Code,
    /// Another password: the one that was given is good for one login.
    Password,
}

#[derive(Template)]
#[template(path = "inside/login.html")]
struct LoginPage<'a> {
    me: &'a Stranger,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
    next: Next,
    wanted: Wanted,
}

impl LoginPage<'_> {
    fn wants_code(&self) -> bool {
        self.wanted == Wanted::Code
    }

    fn wants_password(&self) -> bool {
        self.wanted == Wanted::Password
    }
}

/// The login
#[utoipa::path(
    operation_id = "loginPage",
    tag = "Signed in",
    params(("next" = Option<String>, Query, description = "Where to go on: a page of ours that is behind the login", example = "/admin")),
    responses((status = 200, description = "A page with a form", body = String, content_type = "text/html"))
)]
#[get("/login")]
pub(super) async fn page(me: Stranger) -> HttpResponse {
    let next = Next::of(&me.query("next"));
    // who is signed in need not do it again; whether the session goes on is seen there
    if let Some(ticket) = me.session()
        && me.frontend.sessions.find(ticket).await.is_ok()
    {
        return see_other(next.as_str());
    }
    show(&me, StatusCode::OK, Fields::default(), next, Wanted::Nothing)
}

fn show(me: &Stranger, status: StatusCode, f: Fields, next: Next, wanted: Wanted) -> HttpResponse {
    let (t, says) = (me.t, me.says());
    me.page_with(status, t.sign_in, &LoginPage { me, t, says, f, next, wanted })
}

/// Sign in
///
/// A form with `email`, `password` and `csrf`; with `code`, once a second factor is asked for, or `new_password`, when the password
/// is good for one login.
#[utoipa::path(
    operation_id = "signIn",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "email=zoe%40example.org&password=…&csrf=…"),
    responses(
        (status = 303, description = "Signed in: the session is in the cookie", headers(("Set-Cookie" = String, description = "The session"))),
        (status = 401, description = "The form, with what is wrong or wanted", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form is not ours", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html"),
        (status = 503, description = "The form: the users service does not answer", body = String, content_type = "text/html"),
        BodyRefused,
    )
)]
#[post("/login")]
pub(super) async fn sign_in(form: StrangerForm) -> Answer {
    let next = Next::of(&form.field("next"));
    let mut body = json!({"email": form.field("email"), "password": form.secret("password")});
    if let Some(code) = form.given("code") {
        body["totp"] = code.into();
    }
    let new_password = form.secret("new_password");
    if !new_password.is_empty() {
        body["new_password"] = new_password.into();
    }
    let users = &form.frontend.peers.signed_in.users;
    let refusal = match form.ask(users.post("/api/v1/auth/login").json(&body)).await {
        Ok(response) => match Tokens::of(&response) {
            Some(tokens) => return Ok(begin(&form, &tokens, &next).await),
            None => silent(&form),
        },
        Err(refusal) => refusal,
    };
    let wanted = wanted(&refusal);
    let typed = Fields::default().with("email", form.field("email"));
    let fields = match wanted {
        // not a mistake: it is asked for only now
        Wanted::Code if form.given("code").is_none() => typed,
        Wanted::Password if form.secret("new_password").is_empty() => typed,
        _ => typed.refused(&renamed(refusal.clone()), &["email", "password", "code", "new_password"], form.t),
    };
    Ok(show(&form, refusal.page_status(), fields, next, wanted))
}

/// A new session, under a new ticket. One that this browser had before ends: whoever planted it has nothing.
async fn begin(form: &StrangerForm, tokens: &Tokens, next: &Next) -> HttpResponse {
    let sessions = &form.frontend.sessions;
    if let Some(before) = form.session()
        && let Err(error) = sessions.end(&before).await
    {
        tracing::warn!(%error, "the session before could not be ended");
    }
    match sessions.begin(tokens).await {
        Ok(ticket) => {
            let mut response = see_other(next.as_str());
            let is_behind_tls = form.frontend.settings.behind_tls();
            let headers = response.headers_mut();
            headers.append(SET_COOKIE, Kind::Session.set(Some(&ticket), is_behind_tls));
            headers.append(SET_COOKIE, Kind::Form.set(None, is_behind_tls));
            response
        }
        Err(error) => {
            tracing::warn!(%error, "a session could not be kept");
            let refusal = silent(form);
            let fields = Fields::default().with("email", form.field("email")).refused(&refusal, &[], form.t);
            show(form, refusal.page_status(), fields, next.clone(), Wanted::Nothing)
        }
    }
}

fn silent(form: &StrangerForm) -> Refusal {
    Refusal { status: 503, error: form.t.users_silent_text.to_owned(), details: Vec::new() }
}

fn wanted(refusal: &Refusal) -> Wanted {
    let is_about = |field: &str| refusal.status < 500 && refusal.details.iter().any(|(given, _)| given == field);
    match () {
        () if is_about("totp") => Wanted::Code,
        () if is_about("new_password") => Wanted::Password,
        () => Wanted::Nothing,
    }
}

/// The users service calls a code by the name of how it is made.
fn renamed(mut refusal: Refusal) -> Refusal {
    for (field, _) in &mut refusal.details {
        if field == "totp" {
            "code".clone_into(field);
        }
    }
    refusal
}
