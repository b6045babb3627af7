//! `POST /subscribe`, and the pages to which the links in mails lead.
//!
//! A GET changes nothing: programs that look at mails before people do follow every link (RFC 9110, 9.2.1). It shows a button,
//! and the button posts. A mail program that ends a subscription by itself posts at once, from another site and without
//! asking anybody (RFC 8058), so that form is taken from everywhere: what it needs is in its address.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::answer;
use super::form::{Form, Outcome, refuse_foreign, texts_for};
use super::pass_on::pass_on;
use crate::Frontend;
use crate::pages::Message;
use crate::texts::Texts;

/// Services that a form may name.
const MOST_SERVICES: usize = 50;

/// Characters of what a link holds at most.
const LONGEST_TOKEN: usize = 200;

/// Ask for mails
///
/// A form with `email`, and any number of `service`. The answer is the same whether or not the address is subscribed.
#[utoipa::path(
    operation_id = "subscribeByForm",
    tag = "Forms",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "email=zoe%40example.org"),
    responses(
        (status = 200, description = "A page that says that a mail is on its way", body = String, content_type = "text/html"),
        (status = 400, description = "A page that says that this is no address", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form came from another site", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
        (status = 503, description = "A page that says that the communications service does not answer", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
        BodyRefused,
    )
)]
#[post("/subscribe")]
pub(crate) async fn subscribe(request: HttpRequest, form: Form, frontend: web::Data<Frontend>) -> HttpResponse {
    let outcome = take(&request, &form, &frontend).await.unwrap_or_else(|instead| instead);
    outcome.page(&request, &frontend)
}

async fn take(request: &HttpRequest, form: &Form, frontend: &Frontend) -> Result<Outcome<'static>, Outcome<'static>> {
    refuse_foreign(request)?;
    let t = texts_for(request);
    let services: Vec<String> = form.all("service").take(MOST_SERVICES).collect();
    let email = form.field("email").unwrap_or_default();
    let asked = json!({"email": email.trim(), "services": services, "lang": t.lang.as_str()});
    let to = (&frontend.peers.subscriptions, "/api/v1/subscriptions/email");
    let status = StatusCode::BAD_REQUEST;
    let wrong = Outcome { status, title: t.bad_email, text: t.bad_email_text, again: None };
    pass_on(request, frontend, to, &asked, wrong).await?;
    Ok(Outcome { status: StatusCode::OK, title: t.mail_sent, text: t.mail_sent_text, again: None })
}

/// What a link in a mail is for: what its page asks, and what is said when it is done.
struct Link {
    path: &'static str,
    asks: (&'static str, &'static str),
    button: &'static str,
    done: (&'static str, &'static str),
}

impl Link {
    const fn confirm(t: &Texts) -> Self {
        let path = "/api/v1/subscriptions/confirm";
        let (asks, done) = ((t.confirm, t.confirm_text), (t.confirmed, t.confirmed_text));
        Self { path, asks, button: t.confirm_button, done }
    }

    const fn unsubscribe(t: &Texts) -> Self {
        let path = "/api/v1/subscriptions/unsubscribe";
        let (asks, done) = ((t.unsubscribe, t.unsubscribe_text), (t.unsubscribed, t.unsubscribed_text));
        Self { path, asks, button: t.unsubscribe_button, done }
    }

    /// The same page for every link: it does not tell who is subscribed. The form posts to the address of the page, which
    /// holds the token: nothing that came with the request stands in the page.
    fn ask(&self, request: &HttpRequest, frontend: &Frontend) -> HttpResponse {
        let (title, text) = self.asks;
        answer::message(
            request,
            frontend,
            StatusCode::OK,
            &Message { title, text, button: Some(self.button), link: None },
        )
    }

    /// Do what it is for.
    async fn follow(&self, request: &HttpRequest, frontend: &Frontend) -> Outcome<'static> {
        let t = texts_for(request);
        let status = StatusCode::NOT_FOUND;
        let wrong = Outcome { status, title: t.bad_link, text: t.bad_link_text, again: None };
        let to = (&frontend.peers.subscriptions, self.path);
        match pass_on(request, frontend, to, &json!({"token": token(request)}), wrong).await {
            Ok(_) => Outcome { status: StatusCode::OK, title: self.done.0, text: self.done.1, again: None },
            Err(instead) => instead,
        }
    }
}

/// What the link in a mail holds.
fn token(request: &HttpRequest) -> String {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let token = pairs.find(|(name, _)| name == "token").map(|(_, value)| value);
    token.map(|token| token.chars().take(LONGEST_TOKEN).collect()).unwrap_or_default()
}

/// Ask whether a subscription is to be confirmed
#[utoipa::path(
    operation_id = "confirmPage",
    tag = "Forms",
    params(("token" = Option<String>, Query, description = "What the link in the mail holds", example = "8f3b")),
    responses((status = 200, description = "A page with a button", body = String, content_type = "text/html"))
)]
#[get("/subscribe/confirm")]
pub(crate) async fn confirm_page(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
    Link::confirm(texts_for(&request)).ask(&request, &frontend)
}

/// Confirm a subscription
#[utoipa::path(
    operation_id = "confirmByPage",
    tag = "Forms",
    params(("token" = Option<String>, Query, description = "What the link in the mail holds", example = "8f3b")),
    responses(
        (status = 200, description = "A page that says so", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form came from another site", body = String, content_type = "text/html"),
        (status = 404, description = "A page that says that the link is good no more", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
        (status = 503, description = "A page that says that the communications service does not answer", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
    )
)]
#[post("/subscribe/confirm")]
pub(crate) async fn confirm(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
    let outcome = match refuse_foreign(&request) {
        Ok(()) => Link::confirm(texts_for(&request)).follow(&request, &frontend).await,
        Err(outcome) => outcome,
    };
    outcome.page(&request, &frontend)
}

/// Ask whether a subscription is to be ended
#[utoipa::path(
    operation_id = "unsubscribePage",
    tag = "Forms",
    params(("token" = Option<String>, Query, description = "What the link in the mail holds", example = "8f3b")),
    responses((status = 200, description = "A page with a button", body = String, content_type = "text/html"))
)]
#[get("/subscribe/unsubscribe")]
pub(crate) async fn unsubscribe_page(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
    Link::unsubscribe(texts_for(&request)).ask(&request, &frontend)
}

/// End a subscription
///
/// By the button of the page, or by a mail program in one click (RFC 8058). The body is not read.
#[utoipa::path(
    operation_id = "unsubscribeByPage",
    tag = "Forms",
    params(("token" = Option<String>, Query, description = "What the link in the mail holds", example = "8f3b")),
    responses(
        (status = 200, description = "A page that says so", body = String, content_type = "text/html"),
        (status = 404, description = "A page that says that the link is good no more", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
        (status = 503, description = "A page that says that the communications service does not answer", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
    )
)]
#[post("/subscribe/unsubscribe")]
pub(crate) async fn unsubscribe(request: HttpRequest, frontend: web::Data<Frontend>) -> HttpResponse {
    Link::unsubscribe(texts_for(&request)).follow(&request, &frontend).await.page(&request, &frontend)
}
