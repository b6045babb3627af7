//! `POST /subscribe`, and the pages to which the links in mails lead.
//!
//! A GET changes nothing: programs that look at mails before people do follow every link (RFC 9110, 9.2.1). It shows a button,
//! and the button posts. A mail program that ends a subscription by itself posts at once, from another site and without
//! asking anybody (RFC 8058), so that form is taken from everywhere: what it needs is in its address.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::client::{PeerError, Response};
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::answer;
use super::form::{Form, Outcome, not_taken, refuse_foreign, texts_for, too_many};
use crate::Frontend;
use crate::pages::Message;

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
    let t = texts_for(&request);
    let outcome = if let Err(outcome) = refuse_foreign(&request) {
        outcome
    } else {
        let services: Vec<String> = form.all("service").take(MOST_SERVICES).collect();
        let email = form.field("email").unwrap_or_default();
        let asked = json!({"email": email.trim(), "services": services, "lang": t.lang.as_str()});
        let status = StatusCode::OK;
        let sent = Outcome { status, title: t.mail_sent, text: t.mail_sent_text, again: None };
        let status = StatusCode::BAD_REQUEST;
        let wrong = Outcome { status, title: t.bad_email, text: t.bad_email_text, again: None };
        pass_on(&request, &frontend, "/api/v1/subscriptions/email", &asked, sent, wrong).await
    };
    outcome.page(&request, &frontend)
}

/// Pass a form on: what is said when it is taken, and when it is refused.
async fn pass_on(
    request: &HttpRequest,
    frontend: &Frontend,
    path: &str,
    body: &serde_json::Value,
    taken: Outcome<'static>,
    refused: Outcome<'static>,
) -> Outcome<'static> {
    let t = texts_for(request);
    let origin = frontend.settings.trusted_proxies.client_of(request);
    let person = match frontend.persons.admit(origin, frontend.clock.unix_seconds()) {
        Ok(person) => person,
        Err(seconds) => return too_many(t, seconds),
    };
    let call = frontend.peers.subscriptions.post(path).header("x-forwarded-for", person.to_string());
    match call.json(body).send().await.and_then(Response::ok) {
        Ok(_) => taken,
        Err(PeerError::Refused { status, .. }) if matches!(status.as_u16(), 400 | 404 | 422) => refused,
        Err(PeerError::Failing { status, retry_after, .. }) if status.as_u16() == 429 => {
            let seconds = retry_after.and_then(|after| u32::try_from(after.as_secs()).ok());
            too_many(t, seconds.unwrap_or(60).max(1))
        }
        Err(error) => {
            tracing::warn!(%error, "a form could not be passed on");
            not_taken(t)
        }
    }
}

/// What the link in a mail holds.
fn token(request: &HttpRequest) -> String {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let token = pairs.find(|(name, _)| name == "token").map(|(_, value)| value);
    token.map(|token| token.chars().take(LONGEST_TOKEN).collect()).unwrap_or_default()
}

/// The same page for every link: it does not tell who is subscribed. The form posts to the address of the page, which holds
/// the token: nothing that came with the request stands in the page.
fn ask(request: &HttpRequest, frontend: &Frontend, title: &str, text: &str, button: &str) -> HttpResponse {
    answer::message(request, frontend, StatusCode::OK, &Message { title, text, button: Some(button), link: None })
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
    let t = texts_for(&request);
    ask(&request, &frontend, t.confirm, t.confirm_text, t.confirm_button)
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
    let t = texts_for(&request);
    let outcome = if let Err(outcome) = refuse_foreign(&request) {
        outcome
    } else {
        let token = json!({"token": token(&request)});
        let done = Outcome { status: StatusCode::OK, title: t.confirmed, text: t.confirmed_text, again: None };
        let status = StatusCode::NOT_FOUND;
        let wrong = Outcome { status, title: t.bad_link, text: t.bad_link_text, again: None };
        pass_on(&request, &frontend, "/api/v1/subscriptions/confirm", &token, done, wrong).await
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
    let t = texts_for(&request);
    ask(&request, &frontend, t.unsubscribe, t.unsubscribe_text, t.unsubscribe_button)
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
    let t = texts_for(&request);
    let token = json!({"token": token(&request)});
    let done = Outcome { status: StatusCode::OK, title: t.unsubscribed, text: t.unsubscribed_text, again: None };
    let wrong = Outcome { status: StatusCode::NOT_FOUND, title: t.bad_link, text: t.bad_link_text, again: None };
    let outcome = pass_on(&request, &frontend, "/api/v1/subscriptions/unsubscribe", &token, done, wrong).await;
    outcome.page(&request, &frontend)
}
