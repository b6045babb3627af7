//! How far planned work is: `POST /admin/maintenances/{id}/state`, and calling it off.

use actix_web::http::StatusCode;
use actix_web::{get, post};
use chassis::auth::Role;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde_json::{Map, json};

use super::texts::Says;
use super::work::{as_it_is, show};
use super::{LIST, one, state_of};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, Confirmation, Fields, FormTaken, PageShown, Section, SignedForm, SignedIn};
use crate::session::Flash;

/// Say how far planned work is, or say something of it
///
/// A form with `status`, which is empty when only something is said, with `message` and `csrf`.
#[utoipa::path(
    operation_id = "adminMoveMaintenance",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "MNT-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "status=in_progress&message=We+begin&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/maintenances/{id}/state")]
pub(super) async fn set(form: SignedForm, Id(id): Id) -> Answer {
    let (before, says) = (one(&form, &id).await?, Says::of(form.lang));
    let (status, message) = (form.given("status"), form.given("message"));
    let mut told = Map::new();
    told.extend(status.clone().map(|status| ("status".to_owned(), status.into())));
    told.extend(message.map(|message| ("message".to_owned(), message.into())));
    let call = form.frontend.peers.signed_in.communications.put("/api/v1/maintenances").segment(&id).json(&told);
    match form.write(call).await? {
        Ok(_) => {
            let said = match status {
                Some(status) => {
                    let word = (form.t.page().work_state)(state_of(&status)).to_lowercase();
                    fill(says.moved, &[&before.value.title, &word])
                }
                None => says.said.to_owned(),
            };
            Ok(form.done(Flash::new(said), &before.value.path()).await)
        }
        Err(refusal) => {
            let progress = Fields::of(&form).refused(&refusal, &["message"], form.t);
            show(&form, refusal.page_status(), &before, as_it_is(&before.value), progress).await
        }
    }
}

/// Ask whether planned work is to be called off
#[utoipa::path(operation_id = "adminAskCallOff", tag = "Signed in", params(("id" = String, Path, description = "Its id", example = "MNT-1JN7W800000000000")), responses(PageShown))]
#[get("/admin/maintenances/{id}/call-off")]
pub(super) async fn ask_to_call_off(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Manager)?;
    let (now, says) = (one(&me, &id).await?, Says::of(me.lang));
    let (title, path) = (fill(says.call_off_title, &[&now.value.title]), now.value.path());
    let body = Confirmation {
        me: &me,
        title: &title,
        text: &[says.call_off_text.to_owned()],
        quote: None,
        action: &format!("{path}/call-off"),
        fields: &[("version".to_owned(), now.etag)],
        button: says.call_off,
        hurts: true,
        back: &path,
    };
    Ok(me.page_with(StatusCode::OK, Section::Maintenance, &title, &body).await)
}

/// Call planned work off
///
/// A form with `version` and `csrf`.
#[utoipa::path(
    operation_id = "adminCallOff",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "MNT-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/maintenances/{id}/call-off")]
pub(super) async fn call_off(form: SignedForm, Id(id): Id) -> Answer {
    let before = one(&form, &id).await?;
    let call = form.frontend.peers.signed_in.communications.put("/api/v1/maintenances").segment(&id);
    let call = call.json(&json!({"status": "completed"})).header("if-match", form.version().unwrap_or_default());
    match form.write(call).await? {
        Ok(_) => {
            let said = fill(Says::of(form.lang).called_off, &[&before.value.title]);
            Ok(form.done(Flash::new(said), LIST).await)
        }
        Err(refusal) => {
            let progress = Fields::default().refused(&refusal, &[], form.t);
            show(&form, refusal.page_status(), &before, as_it_is(&before.value), progress).await
        }
    }
}
