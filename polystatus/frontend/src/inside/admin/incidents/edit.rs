//! `GET` and `POST /admin/incidents/{id}/edit`: title, severity, services, summary.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::auth::Role;
use chassis::client::Call;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::new::NAMES;
use super::{Incident, Says, id_in, path_of, says, services_for};
use crate::inside::{Answer, Fields, FormTaken, PageShown, Section, SignedForm, SignedIn, Words};
use crate::session::Flash;

#[derive(Template)]
#[template(path = "inside/incident_edit.html")]
struct EditPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
    services: Vec<String>,
    version: String,
    path: String,
}

fn call(me: &SignedIn) -> Call<'_> {
    me.frontend.peers.signed_in.incidents.get("/api/v1/incidents").segment(id_in(me))
}

fn fields(incident: &Incident) -> Vec<(String, String)> {
    let mut fields = vec![
        ("title".to_owned(), incident.title.clone()),
        ("sev".to_owned(), incident.sev.to_string()),
        ("summary".to_owned(), incident.summary.clone()),
    ];
    fields.extend(incident.services.iter().map(|name| ("services".to_owned(), name.clone())));
    fields
}

/// The form to change an incident with
#[utoipa::path(
    operation_id = "editIncidentPage",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    responses(PageShown)
)]
#[get("/admin/incidents/{id}/edit")]
pub(super) async fn page(me: SignedIn) -> Answer {
    me.require(Role::Responder)?;
    let read = me.read::<Incident>(call(&me)).await?;
    Ok(show(&me, StatusCode::OK, Fields::typed(fields(&read.value)), read.etag, &read.value.services).await)
}

async fn show(me: &SignedIn, status: StatusCode, f: Fields, version: String, named: &[String]) -> HttpResponse {
    let says = says(me.lang);
    let (services, path) = (services_for(me, named), path_of(&id_in(me)));
    let body = EditPage { me, t: me.t, says, f, services, version, path };
    me.page_with(status, Section::Incidents, says.edit, &body).await
}

/// Change an incident
///
/// A form with `title`, `sev`, any number of `services`, `summary`, `version` and `csrf`.
#[utoipa::path(
    operation_id = "editIncidentByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "title=Checkout+fails&sev=1&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/edit")]
pub(super) async fn edit(form: SignedForm) -> Answer {
    form.require(Role::Responder)?;
    let before = form.read::<Incident>(call(&form)).await?.value;
    let services = form.all("services");
    let body = json!({"title": form.field("title"), "sev": form.field("sev").parse::<i64>().unwrap_or_default(),
        "services": services, "summary": form.field("summary")});
    let version = form.version().unwrap_or_default();
    let incidents = &form.frontend.peers.signed_in.incidents;
    let patch = incidents.patch("/api/v1/incidents").segment(id_in(&form)).header("if-match", &version).json(&body);
    let shown_at = path_of(&id_in(&form));
    match form.write(patch).await? {
        Ok(response) => {
            let mut undo = fields(&before);
            undo.push(("version".to_owned(), response.header("etag").unwrap_or_default().to_owned()));
            let undo: Vec<(&str, &str)> = undo.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let flash = Flash::new(says(form.lang).edited).undo(format!("{shown_at}/edit"), &undo);
            Ok(form.done(flash, &shown_at).await)
        }
        Err(refusal) => {
            let mut fields = Fields::of(&form).refused(&refusal, &NAMES, form.t);
            let mut seen = version;
            if refusal.is_stale() {
                let now = form.read::<Incident>(call(&form)).await?;
                fields = fields
                    .meanwhile("title", now.value.title)
                    .meanwhile("sev", now.value.sev.to_string())
                    .meanwhile("summary", now.value.summary);
                seen = now.etag;
            }
            Ok(show(&form, refusal.page_status(), fields, seen, &before.services).await)
        }
    }
}
