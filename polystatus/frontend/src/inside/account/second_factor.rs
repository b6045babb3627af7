//! `POST /account/second-factor`, `…/confirm`, `…/disable`
//!
//! What the users service gives once, the secret and the recovery codes, is shown on the answer to the form itself, and is nowhere
//! to be read again.

use std::fmt::Write;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post};
use askama::Template;
use chassis::refusals::BodyRefused;
use qrcode::{Color, QrCode};
use serde::Deserialize;
use serde_json::json;

use super::page::{Forms, show};
use super::texts::Says;
use crate::inside::{Answer, Fields, FormTaken, Refusal, Section, SignedForm, SignedIn, Words};
use crate::session::Flash;

#[derive(Deserialize)]
struct Enrolment {
    secret: String,
    url: String,
}

impl Enrolment {
    /// The link as a square that a telephone reads: one path, black on white in every theme, since cameras want it so; none when
    /// the link is too long.
    fn square(&self) -> Option<String> {
        let code = QrCode::new(self.url.as_bytes()).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (place, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            // writing to a string does not fail; four modules of margin, as ISO 18004 wants
            let _ = write!(path, "M{} {}h1v1h-1z", place % width + 4, place / width + 4);
        }
        let size = width + 8;
        Some(format!(
            "<svg class=\"square\" viewBox=\"0 0 {size} {size}\" aria-hidden=\"true\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        ))
    }
}

#[derive(Deserialize)]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

#[derive(Template)]
#[template(path = "inside/second_factor.html")]
struct EnrolmentPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    /// None after a code that was wrong: it was shown, and is shown once.
    enrolment: Option<Enrolment>,
    f: Fields,
}

#[derive(Template)]
#[template(path = "inside/recovery_codes.html")]
struct CodesPage<'a> {
    says: &'a Says,
    codes: Vec<String>,
}

/// Begin to set up a second factor
///
/// A form with `password` and `csrf`. The answer shows what the app needs to know.
#[utoipa::path(
    operation_id = "beginSecondFactor",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "password=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/second-factor")]
pub(super) async fn begin(form: SignedForm) -> Answer {
    let users = &form.frontend.peers.signed_in.users;
    let call = users.post("/api/v1/auth/totp").json(&json!({"password": form.secret("password")}));
    match form.write(call).await? {
        Ok(response) => match serde_json::from_slice(response.body()).ok() {
            Some(enrolment) => Ok(enrol(&form, StatusCode::OK, Some(enrolment), Fields::default()).await),
            None => Ok(form.notice(StatusCode::SERVICE_UNAVAILABLE, form.t.silent, form.t.silent_text)),
        },
        Err(refusal) => refused(&form, &refusal).await,
    }
}

async fn enrol(me: &SignedIn, status: StatusCode, enrolment: Option<Enrolment>, f: Fields) -> HttpResponse {
    let says = me.says();
    let page = EnrolmentPage { me, t: me.t, says, enrolment, f };
    me.page_with(status, Section::Account, says.second_factor, &page).await
}

/// Confirm the second factor with a code of the app
///
/// A form with `code` and `csrf`. The answer shows the recovery codes, this once.
#[utoipa::path(
    operation_id = "confirmSecondFactor",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "code=287082&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/second-factor/confirm")]
pub(super) async fn confirm(form: SignedForm) -> Answer {
    let users = &form.frontend.peers.signed_in.users;
    let code: String = form.field("code").chars().filter(|letter| !letter.is_whitespace()).collect();
    match form.write(users.post("/api/v1/auth/totp/confirm").json(&json!({"code": code}))).await? {
        Ok(response) => {
            let codes = serde_json::from_slice::<RecoveryCodes>(response.body());
            let says = form.says();
            let page = CodesPage { says, codes: codes.map(|codes| codes.recovery_codes).unwrap_or_default() };
            Ok(form.page(Section::Account, says.recovery_codes, &page).await)
        }
        Err(refusal) if refusal.status == 409 => refused(&form, &refusal).await,
        Err(refusal) => {
            let fields = Fields::default().refused(&refusal, &["code"], form.t);
            Ok(enrol(&form, refusal.page_status(), None, fields).await)
        }
    }
}

/// Take the second factor away
///
/// A form with `password` and `csrf`.
#[utoipa::path(
    operation_id = "disableSecondFactor",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "password=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/account/second-factor/disable")]
pub(super) async fn disable(form: SignedForm) -> Answer {
    let users = &form.frontend.peers.signed_in.users;
    let call = users.post("/api/v1/auth/totp/disable").json(&json!({"password": form.secret("password")}));
    match form.write(call).await? {
        Ok(_) => Ok(form.done(Flash::new(form.says().second_factor_gone), "/account").await),
        Err(refusal) => refused(&form, &refusal).await,
    }
}

async fn refused(form: &SignedForm, refusal: &Refusal) -> Answer {
    let second_factor = Fields::default().refused(refusal, &["password"], form.t);
    show(form, refusal.page_status(), Forms { second_factor, ..Forms::default() }).await
}
