//! `GET /admin/incidents/new`, `POST /admin/incidents`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::auth::Role;
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::{Incident, Says, says, services_for};
use crate::inside::{Answer, Fields, FormTaken, PageShown, Section, SignedForm, SignedIn, Words};
use crate::session::Flash;

/// The fields of the form.
pub(super) const NAMES: [&str; 4] = ["title", "sev", "services", "summary"];

#[derive(Template)]
#[template(path = "inside/incident_new.html")]
struct NewPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
    services: Vec<String>,
    /// The same for every attempt: who presses the button twice opens one incident.
    once: String,
}

/// The form to open an incident with
#[utoipa::path(operation_id = "newIncidentPage", tag = "Signed in", responses(PageShown))]
#[get("/admin/incidents/new")]
pub(super) async fn page(me: SignedIn) -> Answer {
    me.require(Role::Responder)?;
    let once = me.frontend.ids.secret();
    Ok(show(&me, StatusCode::OK, Fields::default().with("sev", "3"), once).await)
}

async fn show(me: &SignedIn, status: StatusCode, f: Fields, once: String) -> HttpResponse {
    let says = says(me.lang);
    let body = NewPage { me, t: me.t, says, f, services: services_for(me, &[]), once };
    me.page_with(status, Section::Incidents, says.new, &body).await
}

/// Open an incident
///
/// A form with `title`, `sev`, any number of `services`, `summary`, `once` and `csrf`.
#[utoipa::path(
    operation_id = "openIncidentByForm",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "title=Checkout+fails&sev=2&once=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents")]
pub(super) async fn open(form: SignedForm) -> Answer {
    form.require(Role::Responder)?;
    let body = json!({"title": form.field("title"), "sev": form.field("sev").parse::<i64>().unwrap_or_default(),
        "services": form.all("services"), "summary": form.field("summary")});
    let once = form.given("once").unwrap_or_else(|| form.frontend.ids.secret());
    let incidents = &form.frontend.peers.signed_in.incidents;
    let call = incidents.post("/api/v1/incidents").header("idempotency-key", &once).json(&body);
    match form.write(call).await? {
        Ok(response) => {
            let opened = serde_json::from_slice::<Incident>(response.body()).ok();
            let path = opened.map_or_else(|| "/admin/incidents".to_owned(), |incident| incident.path());
            Ok(form.done(Flash::new(says(form.lang).opened), &path).await)
        }
        Err(refusal) => {
            let fields = Fields::of(&form).refused(&refusal, &NAMES, form.t);
            Ok(show(&form, refusal.page_status(), fields, once).await)
        }
    }
}
