//! `POST /admin/incidents/{id}/announce`: tell the public. It is shown once more before, since it cannot be taken back: mails leave.

use actix_web::http::StatusCode;
use actix_web::post;
use askama::Template;
use chassis::auth::Role;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::show::{Forms, show};
use super::{Incident, Says, id_in, path_of, says};
use crate::inside::{Answer, Fields, FormTaken, Section, SignedForm};
use crate::session::Flash;

/// Tell the public something of an incident
///
/// A form with `state`, `message`, `step` and `csrf`. Without a step it is shown as others will read it, with a button that sends
/// `step=send` and one that sends `step=edit`.
#[utoipa::path(
    operation_id = "announceByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "state=identified&message=We+know+why&step=send&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/announce")]
pub(super) async fn announce(form: SignedForm) -> Answer {
    form.require(Role::Manager)?;
    let (state, message) = (form.field("state"), form.field("announcement"));
    let typed = || Fields::default().with("state", &state).with("announcement", &message);
    let again = async |status, fields| show(&form, status, Forms { announce: Some(fields), ..Forms::default() }).await;
    if message.is_empty() {
        let why = says(form.lang).announcement_missing;
        return again(StatusCode::BAD_REQUEST, typed().wrong_with("announcement", why)).await;
    }
    match form.field("step").as_str() {
        "send" => {}
        "edit" => return again(StatusCode::OK, typed()).await,
        _ => return preview(&form, &state, &message).await,
    }
    let body = json!({"incident_id": id_in(&form), "state": state, "message": message});
    let communications = &form.frontend.peers.signed_in.communications;
    match form.write(communications.post("/api/v1/public/announce").json(&body)).await? {
        Ok(_) => Ok(form.done(Flash::new(says(form.lang).announced), &path_of(&id_in(&form))).await),
        Err(mut refusal) => {
            for (field, _) in &mut refusal.details {
                if field == "message" {
                    "announcement".clone_into(field);
                }
            }
            let fields = typed().refused(&refusal, &["state", "announcement"], form.t);
            again(refusal.page_status(), fields).await
        }
    }
}

#[derive(Template)]
#[template(path = "inside/announcement.html")]
struct PreviewPage<'a> {
    me: &'a SignedForm,
    says: &'a Says,
    incident: Incident,
    state: &'a str,
    message: &'a str,
}

async fn preview(form: &SignedForm, state: &str, message: &str) -> Answer {
    let says = says(form.lang);
    let incidents = &form.frontend.peers.signed_in.incidents;
    let incident = form.read::<Incident>(incidents.get("/api/v1/incidents").segment(id_in(form))).await?.value;
    let body = PreviewPage { me: form, says, incident, state, message };
    Ok(form.page(Section::Incidents, says.announce_question, &body).await)
}
