//! `POST /admin/banner` and `POST /admin/banner/clear`

use actix_web::http::StatusCode;
use actix_web::post;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::texts::Says;
use super::{PATH, Preview, level_of, now, show};
use crate::inside::admin::moments::of_field;
use crate::inside::{Answer, Fields, FormTaken, SignedForm};
use crate::session::Flash;

/// The fields of the form.
const FIELDS: [&str; 4] = ["text", "level", "from", "until"];

/// Put a banner up, or look at it first
///
/// A form with `text`, `level`, `from`, `until`, `csrf`, and `version` of the banner that is there; with `preview` nothing is done.
#[utoipa::path(
    operation_id = "adminPutBanner",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "text=No+cards+on+Sunday&level=warning&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/banner")]
pub(super) async fn put(form: SignedForm) -> Answer {
    let (before, says) = (now(&form).await?, Says::of(form.lang));
    let (from, until) = (of_field(&form.field("from")), of_field(&form.field("until")));
    let (Ok(from), Ok(until)) = (&from, &until) else {
        let fields = Fields::of(&form);
        let fields = if from.is_err() { fields.wrong_with("from", says.no_time) } else { fields };
        let fields = if until.is_err() { fields.wrong_with("until", says.no_time) } else { fields };
        return show(&form, StatusCode::BAD_REQUEST, before, fields, None).await;
    };
    let (text, level) = (form.field("text"), form.field("level"));
    if form.has("preview") {
        let preview = Preview { text, level: level_of(&level) };
        return show(&form, StatusCode::OK, before, Fields::of(&form), Some(preview)).await;
    }
    let body = json!({"text": text, "level": level, "from": from, "until": until});
    let call = form.frontend.peers.signed_in.communications.put("/api/v1/banner").json(&body);
    // where there was none there is no version: whoever was faster is replaced, and can be put back
    let call = match form.version() {
        Some(version) => call.header("if-match", &version),
        None => call,
    };
    match form.write(call).await? {
        Ok(_) => {
            let flash = Flash::new(says.was_put_up);
            let flash = match &before {
                Some(before) => {
                    let pairs = before.value.pairs();
                    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    flash.undo(PATH, &pairs)
                }
                None => flash.undo("/admin/banner/clear", &[]),
            };
            Ok(form.done(flash, PATH).await)
        }
        Err(refusal) => {
            let mut fields = Fields::of(&form).refused(&refusal, &FIELDS, form.t);
            if let Some(now) = before.as_ref().filter(|_| refusal.is_stale()) {
                for (name, value) in now.value.pairs() {
                    fields = fields.meanwhile(name, value);
                }
            }
            show(&form, refusal.page_status(), before, fields, None).await
        }
    }
}

/// Take the banner away
///
/// A form with `csrf`, and `version` if it is to be what somebody has seen.
#[utoipa::path(
    operation_id = "adminClearBanner",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/banner/clear")]
pub(super) async fn clear(form: SignedForm) -> Answer {
    let Some(before) = now(&form).await? else { return Err(form.not_found()) };
    let version = form.version().unwrap_or_else(|| before.etag.clone());
    let call = form.frontend.peers.signed_in.communications.delete("/api/v1/banner").header("if-match", &version);
    match form.write(call).await? {
        Ok(_) => {
            let pairs = before.value.pairs();
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            Ok(form.done(Flash::new(Says::of(form.lang).cleared).undo(PATH, &pairs), PATH).await)
        }
        Err(refusal) => {
            let pairs = before.value.pairs().into_iter();
            let fields = pairs.fold(Fields::default(), |fields, (name, value)| fields.with(name, value));
            let fields = fields.refused(&refusal, &[], form.t);
            show(&form, refusal.page_status(), Some(before), fields, None).await
        }
    }
}
