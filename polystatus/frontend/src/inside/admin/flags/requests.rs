//! Where a service wants four eyes: asking for a change, and agreeing to what somebody else has asked for.

use actix_web::http::StatusCode;
use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use serde_json::{Value, json};

use super::texts::Says;
use super::{LIST, list};
use crate::inside::{Answer, Confirmation, Fields, FormTaken, Refusal, Section, SignedForm, SignedIn};
use crate::session::Flash;

/// A change that waits.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Request {
    pub id: String,
    change: Value,
    #[serde(default)]
    pub reason: String,
    state: String,
    pub author: String,
    pub created_at: i64,
}

impl Request {
    /// What is to be changed, as short as it can be said: `toggle new-checkout`.
    pub fn what(&self) -> String {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let of = [&self.change["id"], &self.change["flag"]["id"], &self.change["segment"]["id"]];
        let of = of.into_iter().map(text).find(|id| !id.is_empty()).unwrap_or_default();
        let on = match self.change["on"].as_bool() {
            Some(true) => " (on)",
            Some(false) => " (off)",
            None => "",
        };
        format!("{} {of}{on}", text(&self.change["action"]))
    }
}

/// What waits for somebody's agreement.
pub(super) async fn pending(me: &SignedIn) -> Vec<Request> {
    let requests = me.frontend.peers.signed_in.flags.get("/admin/requests").query("limit", 100);
    let requests = me.perhaps::<Vec<Request>>(requests).await.unwrap_or_default();
    requests.into_iter().filter(|request| request.state == "open").collect()
}

/// Whether a change was refused since somebody else must agree to it.
pub(super) fn must_agree(refusal: &Refusal) -> bool {
    refusal.status == 409 && refusal.error.starts_with("Somebody else must agree")
}

/// Offer to ask for it.
pub(super) async fn offer(form: &SignedForm, change: &Value, back: &str) -> Answer {
    let says = Says::of(form.lang);
    let body = Confirmation {
        me: form,
        title: says.must_agree,
        text: &[says.must_agree_text.to_owned()],
        quote: None,
        action: "/admin/flags/requests",
        fields: &[("change".to_owned(), change.to_string())],
        button: says.ask,
        hurts: false,
        back,
    };
    Ok(form.page_with(StatusCode::CONFLICT, Section::Flags, says.must_agree, &body).await)
}

/// Ask for a change to which somebody else agrees
///
/// A form with `change`, as JSON, and `csrf`.
#[utoipa::path(
    operation_id = "adminAskForChange",
    tag = "Signed in",
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "change=%7B%7D&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/requests")]
pub(super) async fn ask(form: SignedForm) -> Answer {
    // what is in it is for the service to judge
    let change: Value = serde_json::from_str(&form.field("change")).unwrap_or_default();
    let call = form.frontend.peers.signed_in.flags.post("/admin/requests").json(&json!({"change": change}));
    let done = form.write(call).await?;
    finish(&form, done.map(drop), Says::of(form.lang).asked).await
}

/// Agree to a change that somebody else has asked for, or refuse it
///
/// A form with `decision`, `approve` or `reject`, and `csrf`.
#[utoipa::path(
    operation_id = "adminDecideChange",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "REQ-0000000000000001")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "decision=approve&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/requests/{id}")]
pub(super) async fn decide(form: SignedForm, Id(id): Id) -> Answer {
    let says = Says::of(form.lang);
    let (decision, said) =
        if form.field("decision") == "approve" { ("approve", says.agreed) } else { ("reject", says.refused) };
    let call = form.frontend.peers.signed_in.flags.post("/admin/requests").segment(&id).segment(decision);
    let done = form.write(call.json(&json!({}))).await?;
    finish(&form, done.map(drop), said).await
}

async fn finish(form: &SignedForm, done: Result<(), Refusal>, said: &str) -> Answer {
    match done {
        Ok(()) => Ok(form.done(Flash::new(said), LIST).await),
        Err(refusal) => list::show(form, refusal.page_status(), Fields::default().refused(&refusal, &[], form.t)).await,
    }
}
