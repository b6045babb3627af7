//! Somebody who is not signed in, before a form that needs care: logins, and what the links in mails lead to.
//!
//! There is no session that another site could borrow, and yet a form of another site must not get through: whoever is signed in
//! to the account of somebody else without knowing tells them what they write (login CSRF). So the browser is given a ticket
//! with the page, and the form has what is made of it, as the forms of sessions have.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, SET_COOKIE, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use chassis::client::{Call, PeerError, Response};
use futures_util::future::LocalBoxFuture;

use super::call::refusal_of;
use super::form::TOKEN;
use super::{Notice, Page, Refusal, Words, instead, texts};
use crate::Frontend;
use crate::reader::{Reader, is_foreign};
use crate::routes::answer;
use crate::routes::form::Form;
use crate::session::Ticket;
use crate::session::cookie::Kind;
use crate::texts::Lang;

/// Somebody who is not signed in, or does not need to be.
pub(super) struct Stranger {
    pub frontend: web::Data<Frontend>,
    pub lang: Lang,
    pub t: &'static Words,
    request: HttpRequest,
    ticket: Ticket,
    is_new: bool,
}

impl Stranger {
    /// A hidden field that every form on a page needs.
    pub fn guard(&self) -> texts::Markup {
        texts::hidden(TOKEN, &self.ticket.form_token())
    }

    /// A page.
    pub fn page_with(&self, status: StatusCode, title: &str, body: &impl Template) -> HttpResponse {
        let page = Page { signed_in: None, section: None, title, flash: None };
        let mut response = page.answer(&self.request, &self.frontend, status, body);
        if self.is_new {
            let cookie = Kind::Form.set(Some(&self.ticket), self.frontend.settings.behind_tls());
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// A page that says one thing.
    pub fn notice(&self, status: StatusCode, title: &str, text: &str, link: (&str, &str)) -> HttpResponse {
        self.page_with(status, title, &Notice { title, text, link: Some(link) })
    }

    /// What the address of the page holds under this name.
    pub fn query(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.request.query_string().as_bytes());
        pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// Which session this browser shows, if any.
    pub fn session(&self) -> Option<Ticket> {
        Kind::Session.of(&self.request, self.frontend.settings.behind_tls())
    }

    /// Ask the users service. It counts what one address tries, and tells people from where they signed in; so it is told.
    pub async fn ask(&self, call: Call<'_>) -> Result<Response, Refusal> {
        let origin = self.frontend.settings.trusted_proxies.client_of(&self.request);
        let agent = self.request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let call = call.header("x-forwarded-for", origin.address().to_string()).header("user-agent", agent);
        match call.send().await {
            Ok(response) if response.status().is_success() => Ok(response),
            Ok(response) => Err(refusal_of(&response)),
            Err(PeerError::Failing { status, .. }) if status.as_u16() == 429 => {
                Err(Refusal { status: 429, error: self.t.too_often.to_owned(), details: Vec::new() })
            }
            Err(error) => {
                tracing::warn!(%error, "the users service does not answer");
                Err(Refusal { status: 503, error: self.t.users_silent_text.to_owned(), details: Vec::new() })
            }
        }
    }
}

async fn of(request: &HttpRequest) -> Result<Stranger, actix_web::Error> {
    let frontend = web::Data::<Frontend>::extract(request).await?;
    let reader = Reader::of(request);
    let kept = Kind::Form.of(request, frontend.settings.behind_tls());
    let is_new = kept.is_none();
    let ticket = kept.unwrap_or_else(|| Ticket::new(&*frontend.ids));
    Ok(Stranger { lang: reader.lang, t: texts::of(reader.lang), request: request.clone(), ticket, is_new, frontend })
}

impl FromRequest for Stranger {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let stranger = of(&request).await?;
            let reader = Reader::of(&request);
            let chosen = (reader.chosen_theme.map(|theme| ("theme", theme.as_str())))
                .or_else(|| reader.chosen_lang.map(|lang| ("lang", lang.as_str())));
            match chosen {
                Some((name, word)) => {
                    Err(instead(answer::remember_and_return(&request, &stranger.frontend, name, word)))
                }
                None => Ok(stranger),
            }
        })
    }
}

/// A form that a page of ours has made for this very browser, from an address that has not sent too many.
pub(super) struct StrangerForm {
    stranger: Stranger,
    form: Form,
}

impl Deref for StrangerForm {
    type Target = Stranger;

    fn deref(&self) -> &Stranger {
        &self.stranger
    }
}

impl StrangerForm {
    /// The first field of this name, without blanks around it; empty when there is none.
    pub fn field(&self, name: &str) -> String {
        self.secret(name).trim().to_owned()
    }

    /// The first field of this name as it came: for passwords.
    pub fn secret(&self, name: &str) -> String {
        self.form.field(name).unwrap_or_default()
    }

    /// The first field of this name, if there is something in it.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.field(name)).filter(|value| !value.is_empty())
    }
}

async fn check(request: HttpRequest, mut payload: Payload) -> Result<StrangerForm, actix_web::Error> {
    let stranger = of(&request).await?;
    let t = stranger.t;
    let refused = |title: &str, text: &str| {
        let link = (request.path(), t.open_again);
        instead(stranger.notice(StatusCode::FORBIDDEN, title, text, link))
    };
    if is_foreign(&request) {
        return Err(refused(t.foreign, t.foreign_text));
    }
    let form = Form::of(&request, &mut payload).await?;
    if stranger.is_new || form.field(TOKEN).is_none_or(|token| !stranger.ticket.made(&token)) {
        return Err(refused(t.old_page, t.old_page_text));
    }
    let origin = stranger.frontend.settings.trusted_proxies.client_of(&request);
    if let Err(seconds) = stranger.frontend.persons.admit(origin, stranger.frontend.clock.unix_seconds()) {
        let link = (request.path(), t.open_again);
        let mut response = stranger.notice(StatusCode::TOO_MANY_REQUESTS, t.too_many, t.too_often, link);
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
        return Err(instead(response));
    }
    Ok(StrangerForm { stranger, form })
}

impl FromRequest for StrangerForm {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(check(request.clone(), payload.take()))
    }
}
