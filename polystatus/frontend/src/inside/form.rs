//! A form of somebody who is signed in.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::future::LocalBoxFuture;

use super::signed_in::NotSignedIn;
use super::{Notice, Page, SignedIn, Words, instead, texts};
use crate::Frontend;
use crate::reader::{Reader, is_foreign, is_ours};
use crate::routes::form::Form;
use crate::session::{Next, Ticket};

/// The name of the field that makes a form this session's.
pub(super) const TOKEN: &str = "csrf";

/// The name of the field that holds the version which somebody has seen.
pub(super) const VERSION: &str = "version";

/// Bytes of a form at most, of somebody who is signed in: a postmortem has two texts of 20,000 characters.
const LARGEST: usize = 512 * 1024;

/// A form that a page of ours has made for this very session. There is no other way to get one: the origin of the request and
/// the token in the form were looked at.
pub(crate) struct SignedForm {
    signed_in: SignedIn,
    form: Form,
}

impl Deref for SignedForm {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

impl SignedForm {
    /// The first field of this name, without blanks around it; empty when there is none.
    pub fn field(&self, name: &str) -> String {
        self.form.field(name).map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    /// The first field of this name as it came: for passwords, in which a blank is a character.
    pub fn secret(&self, name: &str) -> String {
        self.form.field(name).unwrap_or_default()
    }

    /// The first field of this name, if there is something in it.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.field(name)).filter(|value| !value.is_empty())
    }

    /// Every field of this name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.form.all(name).collect()
    }

    /// Whether a box was ticked, or a button of this name pressed.
    pub fn has(&self, name: &str) -> bool {
        self.form.field(name).is_some()
    }

    /// The version that the sender has seen, for `If-Match`.
    pub fn version(&self) -> Option<String> {
        self.given(VERSION)
    }

    /// Every field, as it came, but for the token and what nobody should see again.
    pub fn typed(&self) -> Vec<(String, String)> {
        typed(&self.form)
    }
}

fn typed(form: &Form) -> Vec<(String, String)> {
    let is_secret = |name: &str| name == TOKEN || name.contains("password") || name.contains("code");
    form.pairs().filter(|(name, _)| !is_secret(name)).collect()
}

/// What is shown for a form that was made for another session, or for none: what was typed, and a button.
#[derive(Template)]
#[template(path = "inside/resend.html")]
struct Resend<'a> {
    t: &'a Words,
    title: &'a str,
    text: &'a str,
    /// The login, when nobody is signed in.
    login: Option<String>,
    token: Option<String>,
    typed: Vec<(String, String)>,
}

impl SignedIn {
    /// A service does not answer: what was typed, if something was, to be sent again.
    pub(super) fn silent_page(&self) -> HttpResponse {
        let (t, status) = (self.t, StatusCode::SERVICE_UNAVAILABLE);
        let Some(typed) = self.typed.clone() else { return self.notice(status, t.silent, t.silent_text) };
        let token = Some(self.ticket().form_token());
        let body = Resend { t, title: t.silent, text: t.not_done, login: None, token, typed };
        let page = Page { signed_in: Some(self), section: None, title: t.silent, flash: None };
        page.answer(&self.request, &self.frontend, status, &body)
    }
}

/// Why a form is to be sent once more.
enum Again<'a> {
    /// Nobody is signed in.
    Ended,
    /// Somebody is signed in, and the form was made for another session.
    Other(&'a Ticket),
    /// It cannot be told now who is signed in.
    Unknown,
}

/// Ask for it once more. Only where the browser itself says that a page of ours has sent it: another site must not be able to
/// put words into a form of ours, and have them sent by a button that looks like one of ours.
fn resend(request: &HttpRequest, frontend: &Frontend, form: &Form, why: &Again<'_>) -> HttpResponse {
    let t = texts::of(Reader::of(request).lang);
    let (status, title, text) = match why {
        Again::Ended => (StatusCode::UNAUTHORIZED, t.session_ended, t.session_ended_text),
        Again::Other(_) => (StatusCode::FORBIDDEN, t.other_session, t.other_session_text),
        Again::Unknown => (StatusCode::SERVICE_UNAVAILABLE, t.users_silent, t.users_silent_text),
    };
    let page = Page { signed_in: None, section: None, title, flash: None };
    if !is_ours(request) {
        let notice = Notice { title, text: t.not_from_us, link: Some(("/admin", t.to_overview)) };
        return page.answer(request, frontend, status, &notice);
    }
    let login = matches!(why, Again::Ended).then(|| Next::of("/account/signed-in").login());
    let token = match why {
        Again::Other(ticket) => Some(ticket.form_token()),
        // the one that it came with: it is looked at when it comes again
        Again::Unknown => form.field(TOKEN),
        Again::Ended => None,
    };
    page.answer(request, frontend, status, &Resend { t, title, text, login, token, typed: typed(form) })
}

async fn check(request: HttpRequest, mut payload: Payload) -> Result<SignedForm, actix_web::Error> {
    let frontend = web::Data::<Frontend>::extract(&request).await?;
    if is_foreign(&request) {
        let t = texts::of(Reader::of(&request).lang);
        let notice = Notice { title: t.foreign, text: t.foreign_text, link: Some(("/admin", t.to_overview)) };
        let page = Page { signed_in: None, section: None, title: t.foreign, flash: None };
        return Err(instead(page.answer(&request, &frontend, StatusCode::FORBIDDEN, &notice)));
    }
    match SignedIn::of(&request).await {
        Ok(mut signed_in) => {
            let form = Form::read(&request, &mut payload, LARGEST).await?;
            if form.field(TOKEN).is_none_or(|token| !signed_in.ticket().made(&token)) {
                return Err(instead(resend(&request, &frontend, &form, &Again::Other(signed_in.ticket()))));
            }
            signed_in.typed = Some(typed(&form));
            Ok(SignedForm { signed_in, form })
        }
        Err(why) => {
            let form = Form::of(&request, &mut payload).await?;
            let why = if why == NotSignedIn::Stranger { Again::Ended } else { Again::Unknown };
            Err(instead(resend(&request, &frontend, &form, &why)))
        }
    }
}

impl FromRequest for SignedForm {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(check(request.clone(), payload.take()))
    }
}
