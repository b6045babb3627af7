//! `POST /reports`: "I have a problem".

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::refusals::BodyRefused;
use serde_json::json;

use super::form::{Form, Outcome, not_ours, refuse_foreign, texts_for};
use super::pass_on::pass_on;
use crate::Frontend;
use crate::model::Symptom;

/// Report a problem
///
/// A form with `service`, the id of a service of the catalogue, and `symptom`. It is passed on to the incidents service, with
/// a number in the place of the sender's address.
#[utoipa::path(
    operation_id = "reportByForm",
    tag = "Forms",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "service=checkout&symptom=slow"),
    responses(
        (status = 200, description = "A page that says that it counts, or that it was counted before", body = String, content_type = "text/html"),
        (status = 400, description = "A page that says that this is no form of ours", body = String, content_type = "text/html"),
        (status = 403, description = "A page that says that the form came from another site", body = String, content_type = "text/html"),
        (status = 429, description = "A page that says that this was too much", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
        (status = 503, description = "A page that says that the incidents service does not answer", body = String, content_type = "text/html",
            headers(("Retry-After" = u32, description = "Try again after so many seconds"))),
        BodyRefused,
    )
)]
#[post("/reports")]
pub(crate) async fn report(request: HttpRequest, form: Form, frontend: web::Data<Frontend>) -> HttpResponse {
    match take(&request, &form, &frontend).await {
        Ok((service, counted)) => {
            let t = texts_for(&request);
            let (title, text) = if counted {
                (t.reported, (t.reported_text)(&service))
            } else {
                (t.reported_again, (t.reported_again_text)(&service))
            };
            Outcome { status: StatusCode::OK, title, text: &text, again: None }.page(&request, &frontend)
        }
        Err(outcome) => outcome.page(&request, &frontend),
    }
}

/// The service's name, and whether the report counts.
async fn take(request: &HttpRequest, form: &Form, frontend: &Frontend) -> Result<(String, bool), Outcome<'static>> {
    refuse_foreign(request)?;
    let t = texts_for(request);
    let known = frontend.memory.read();
    let id = form.field("service").ok_or_else(|| not_ours(t))?;
    let service = known.catalogue().iter().find(|entry| entry.id == id).ok_or_else(|| not_ours(t))?;
    let symptom = form.field("symptom").and_then(|word| Symptom::of_word(&word)).ok_or_else(|| not_ours(t))?;
    let told = json!({"service": id, "symptom": symptom.as_str()});
    let to = (&frontend.peers.reports, "/api/v1/reports");
    let status = pass_on(request, frontend, to, &told, not_ours(t)).await?;
    frontend.reported.notify_one();
    // 200: this person has said so already
    Ok((service.name.clone(), status == 201))
}
