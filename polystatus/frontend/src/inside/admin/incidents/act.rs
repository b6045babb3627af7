//! `POST /admin/incidents/{id}/status`, `…/assign`, `…/timeline`, `…/follow`

use actix_web::post;
use chassis::client::Call;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::show::{Forms, show};
use super::{Incident, id_in, path_of, says};
use crate::inside::{Answer, Fields, FormTaken, Refusal, SignedForm};
use crate::session::Flash;

fn post_to<'a>(form: &'a SignedForm, last: &str) -> Call<'a> {
    form.frontend.peers.signed_in.incidents.post("/api/v1/incidents").segment(id_in(form)).segment(last)
}

async fn refused(form: &SignedForm, refusal: &Refusal) -> Answer {
    let act = Fields::default().refused(refusal, &["commander"], form.t);
    show(form, refusal.page_status(), Forms { act, ..Forms::default() }).await
}

/// Bring an incident to another status
///
/// A form with `status`, `version` and `csrf`.
#[utoipa::path(
    operation_id = "setStatusByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "status=mitigated&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/status")]
pub(super) async fn status(form: SignedForm) -> Answer {
    let peer = &form.frontend.peers.signed_in.incidents;
    let before = form.read::<Incident>(peer.get("/api/v1/incidents").segment(id_in(&form))).await?.value;
    let wanted = form.field("status");
    let call = post_to(&form, "status").json(&json!({"status": wanted}));
    let call = if let Some(version) = form.version() { call.header("if-match", version) } else { call };
    match form.write(call).await? {
        Ok(response) => {
            let (path, says) = (path_of(&id_in(&form)), says(form.lang));
            let mut flash = Flash::new((says.is_now)((says.status)(&wanted)));
            // what is resolved cannot become mitigated again
            if (before.status.as_str(), wanted.as_str()) != ("mitigated", "resolved") {
                let version = response.header("etag").unwrap_or_default();
                flash = flash.undo(format!("{path}/status"), &[("status", &before.status), ("version", version)]);
            }
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => refused(&form, &refusal).await,
    }
}

/// Put somebody in command
///
/// A form with `commander`, which may be empty, and `csrf`.
#[utoipa::path(
    operation_id = "assignByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "commander=7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/assign")]
pub(super) async fn assign(form: SignedForm) -> Answer {
    let peer = &form.frontend.peers.signed_in.incidents;
    let before = form.read::<Incident>(peer.get("/api/v1/incidents").segment(id_in(&form))).await?.value;
    let call = post_to(&form, "assign").json(&json!({"commander": form.given("commander")}));
    match form.write(call).await? {
        Ok(_) => {
            let path = path_of(&id_in(&form));
            let commander = before.commander.unwrap_or_default();
            let flash = Flash::new(says(form.lang).assigned);
            let flash = flash.undo(format!("{path}/assign"), &[("commander", &commander)]);
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => refused(&form, &refusal).await,
    }
}

/// Say something of an incident, to those who work on it
///
/// A form with `type`, `message` and `csrf`.
#[utoipa::path(
    operation_id = "addEntryByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "type=note&message=Load+is+at+90&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/timeline")]
pub(super) async fn say(form: SignedForm) -> Answer {
    let body = json!({"type": form.field("type"), "message": form.field("message")});
    match form.write(post_to(&form, "timeline").json(&body)).await? {
        Ok(_) => Ok(form.done(Flash::new(says(form.lang).said), &path_of(&id_in(&form))).await),
        Err(refusal) => {
            let say = Fields::of(&form).refused(&refusal, &["type", "message"], form.t);
            show(&form, refusal.page_status(), Forms { say: Some(say), ..Forms::default() }).await
        }
    }
}

/// Follow an incident, or no longer
///
/// A form with `follow`, `yes` or `no`, and `csrf`.
#[utoipa::path(
    operation_id = "followByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "follow=yes&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/follow")]
pub(super) async fn follow(form: SignedForm) -> Answer {
    let (peer, says) = (&form.frontend.peers.signed_in.incidents, says(form.lang));
    let follows = form.field("follow") == "yes";
    let call = if follows { peer.put("/api/v1/incidents") } else { peer.delete("/api/v1/incidents") };
    match form.write(call.segment(id_in(&form)).segment("followers").segment("me")).await? {
        Ok(_) => {
            let text = if follows { says.follows } else { says.follows_no_more };
            Ok(form.done(Flash::new(text), &path_of(&id_in(&form))).await)
        }
        Err(refusal) => refused(&form, &refusal).await,
    }
}
