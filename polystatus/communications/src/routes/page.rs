//! `/subscribe/confirm` and `/subscribe/unsubscribe`: where the links in mails lead, for a service without a front end.
//!
//! A GET changes nothing: programs that look at mails before people do follow every link (RFC 9110, 9.2.1). It shows a
//! button, and the button posts. A mail program that ends a subscription by itself posts at once (RFC 8058).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, REFERRER_POLICY};
use actix_web::{HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::extract::{FromQuery, Parameters, Query};
use utoipa::IntoParams;

use super::path::StrangerRefused;
use super::subscriptions::fingerprint;
use crate::Communications;
use crate::mail::Texts;
use crate::model::{Lang, Subscriber};

const CSP: HeaderName = HeaderName::from_static("content-security-policy");

/// What the link holds.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Link {
    /// What the link in the mail holds.
    #[param(example = "8f3b")]
    token: String,
}

impl FromQuery for Link {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { token: parameters.take("token").unwrap_or_default() }
    }
}

fn page(status: StatusCode, lang: Lang, title: &str, text: &str, button: Option<&str>) -> HttpResponse {
    // the form posts to the address of the page, which holds the token: nothing that a client sent stands in the page
    let form =
        button.map_or_else(String::new, |button| format!("<form method=\"post\"><button>{button}</button></form>"));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"></head>\n\
         <body><main><h1>{title}</h1><p>{text}</p>{form}</main></body>\n</html>\n"
    );
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        // the address holds a token: it goes nowhere else
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CSP, "default-src 'none'; form-action 'self'; frame-ancestors 'none'"))
        .content_type("text/html; charset=utf-8")
        .body(html)
}

fn no_such_link(lang: Lang) -> HttpResponse {
    let (title, text) = Texts(lang).no_such_link();
    page(StatusCode::NOT_FOUND, lang, title, text, None)
}

/// Ask whether a subscription is to be confirmed
#[utoipa::path(
    operation_id = "confirmPage",
    tag = "Subscriptions",
    params(Link),
    responses(
        (status = 200, description = "A page with a button", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such link, or none any more", body = String, content_type = "text/html"),
        StrangerRefused,
    )
)]
#[get("/subscribe/confirm")]
pub(crate) async fn confirm_page(Query(link): Query<Link>, communications: web::Data<Communications>) -> HttpResponse {
    let snapshot = communications.store.read();
    let found = snapshot.find::<Subscriber>("token", &fingerprint(&link.token)).next();
    let Some(pending) = found.and_then(|found| found.pending.as_ref()) else {
        return no_such_link(communications.settings.mail_lang);
    };
    let lang = pending.choice.lang;
    let (title, text, button) = Texts(lang).confirm_page();
    page(StatusCode::OK, lang, title, text, Some(button))
}

/// Confirm a subscription
#[utoipa::path(
    operation_id = "confirmByPage",
    tag = "Subscriptions",
    params(Link),
    responses(
        (status = 200, description = "A page that says so", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such link, or none any more", body = String, content_type = "text/html"),
        StrangerRefused,
    )
)]
#[post("/subscribe/confirm")]
pub(crate) async fn confirm(
    Query(link): Query<Link>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    match communications.confirm(&link.token).await {
        Ok(lang) => {
            let (title, text) = Texts(lang).confirmed();
            Ok(page(StatusCode::OK, lang, title, text, None))
        }
        Err(error) if is_not_found(&error) => Ok(no_such_link(communications.settings.mail_lang)),
        Err(error) => Err(error),
    }
}

fn is_not_found(error: &ApiError) -> bool {
    actix_web::ResponseError::status_code(error) == StatusCode::NOT_FOUND
}

/// Ask whether a subscription is to be ended
///
/// The same page for every token: it does not tell who is subscribed.
#[utoipa::path(
    operation_id = "unsubscribePage",
    tag = "Subscriptions",
    params(Link),
    responses(
        (status = 200, description = "A page with a button", body = String, content_type = "text/html"),
        StrangerRefused,
    )
)]
#[get("/subscribe/unsubscribe")]
pub(crate) async fn unsubscribe_page(
    Query(link): Query<Link>,
    communications: web::Data<Communications>,
) -> HttpResponse {
    let lang = communications.lang_of(&link.token);
    let (title, text, button) = Texts(lang).unsubscribe_page();
    page(StatusCode::OK, lang, title, text, Some(button))
}

/// End a subscription
///
/// By the button of the page, or by a mail program in one click (RFC 8058). The body is not read: its only use is to tell
/// a click from a program that follows links.
#[utoipa::path(
    operation_id = "unsubscribeByPage",
    tag = "Subscriptions",
    params(Link),
    responses(
        (status = 200, description = "A page that says so", body = String, content_type = "text/html"),
        StrangerRefused,
    )
)]
#[post("/subscribe/unsubscribe")]
pub(crate) async fn unsubscribe(
    Query(link): Query<Link>,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    let lang = communications.lang_of(&link.token);
    communications.unsubscribe(link.token).await?;
    let (title, text) = Texts(lang).unsubscribed();
    Ok(page(StatusCode::OK, lang, title, text, None))
}

impl Communications {
    fn lang_of(&self, token: &str) -> Lang {
        let snapshot = self.store.read();
        let found = snapshot.find::<Subscriber>("unsubscribe", token).next();
        found.map_or(self.settings.mail_lang, |found| found.lang())
    }
}
