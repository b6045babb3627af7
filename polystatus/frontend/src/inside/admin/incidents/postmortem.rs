//! `GET` and `POST /admin/incidents/{id}/postmortem`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chassis::auth::Role;
use chassis::client::Call;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Incident, Says, id_in, path_of, says};
use crate::inside::{Answer, Fields, FormTaken, PageShown, Refusal, Section, SignedForm, SignedIn, Words};
use crate::session::Flash;

const NAMES: [&str; 3] = ["what_happened", "root_cause", "action_items"];

#[derive(Debug, Deserialize)]
struct Postmortem {
    what_happened: String,
    root_cause: String,
    #[serde(default)]
    action_items: Vec<Action>,
}

#[derive(Debug, Deserialize)]
struct Action {
    description: String,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    done: bool,
}

#[derive(Template)]
#[template(path = "inside/postmortem.html")]
struct PostmortemPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    f: Fields,
    version: String,
    title: String,
    path: String,
    may_write: bool,
}

/// An action as a line: `[x] what (who)`.
fn line(action: &Action) -> String {
    let done = if action.done { "[x] " } else { "" };
    let owner = action.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
    format!("{done}{}{owner}", action.description)
}

/// A line as an action.
fn action(line: &str) -> Value {
    let (done, rest) = line.strip_prefix("[x]").map_or((false, line), |rest| (true, rest));
    let rest = rest.trim();
    match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((what, who)) => json!({"description": what.trim(), "owner": who, "done": done}),
        None => json!({"description": rest, "done": done}),
    }
}

fn call<'a>(me: &'a SignedIn, last: Option<&str>) -> Call<'a> {
    let call = me.frontend.peers.signed_in.incidents.get("/api/v1/incidents").segment(id_in(me));
    if let Some(last) = last { call.segment(last) } else { call }
}

/// What was learnt of an incident
#[utoipa::path(
    operation_id = "postmortemPage",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    responses(PageShown)
)]
#[get("/admin/incidents/{id}/postmortem")]
pub(super) async fn page(me: SignedIn) -> Answer {
    let (version, fields) = written(&me).await?;
    show(&me, StatusCode::OK, Fields::typed(fields), version).await
}

/// What is there, and its version; none when there is nothing yet.
async fn written(me: &SignedIn) -> Result<(String, Vec<(String, String)>), actix_web::Error> {
    let Some(read) = me.find::<Postmortem>(call(me, Some("postmortem"))).await? else {
        return Ok((String::new(), Vec::new()));
    };
    let actions: Vec<String> = read.value.action_items.iter().map(line).collect();
    let fields = NAMES.map(str::to_owned).into_iter();
    let values = [read.value.what_happened, read.value.root_cause, actions.join("\n")];
    Ok((read.etag, fields.zip(values).collect()))
}

async fn show(me: &SignedIn, status: StatusCode, f: Fields, version: String) -> Answer {
    let incident = me.read::<Incident>(call(me, None)).await?.value;
    let (says, path, may_write) = (says(me.lang), incident.path(), me.may(Role::Responder));
    let body = PostmortemPage { me, t: me.t, says, f, version, title: incident.title, path, may_write };
    let response: HttpResponse = me.page_with(status, Section::Incidents, says.postmortem, &body).await;
    Ok(response)
}

/// Write down what was learnt
///
/// A form with `what_happened`, `root_cause`, `action_items`, a line each, `version` and `csrf`.
#[utoipa::path(
    operation_id = "writePostmortemByForm",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its id", example = "INC-1JN7W800000000000")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "what_happened=…&root_cause=…&version=…&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/incidents/{id}/postmortem")]
pub(super) async fn write(form: SignedForm) -> Answer {
    form.require(Role::Responder)?;
    let items = form.field("action_items");
    let actions: Vec<Value> =
        items.lines().filter(|line| !line.trim().is_empty()).map(|line| action(line.trim())).collect();
    let body = json!({"what_happened": form.field("what_happened"), "root_cause": form.field("root_cause"),
        "action_items": actions});
    let peer = &form.frontend.peers.signed_in.incidents;
    let call = peer.post("/api/v1/incidents").segment(id_in(&form)).segment("postmortem").json(&body);
    let sent = match form.version() {
        Some(version) => form.write(call.header("if-match", version)).await?,
        // whoever wrote the first one meanwhile must not be overwritten
        None if !written(&form).await?.0.is_empty() => Err(Refusal { status: 412, ..Refusal::default() }),
        None => form.write(call).await?,
    };
    match sent {
        Ok(_) => Ok(form.done(Flash::new(says(form.lang).postmortem_written), &path_of(&id_in(&form))).await),
        Err(refusal) => {
            let mut fields = Fields::of(&form).refused(&refusal, &NAMES, form.t);
            let mut version = form.version().unwrap_or_default();
            if refusal.is_stale() {
                let (now, values) = written(&form).await?;
                version = now;
                for (name, value) in values {
                    fields = fields.meanwhile(&name, value);
                }
            }
            show(&form, refusal.page_status(), fields, version).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_action_and_an_action_is_a_line() {
        for text in ["Watch the date", "[x] Mend it (platform)", "Ask (them) why (ops)"] {
            let read: Action = serde_json::from_value(action(text)).unwrap();
            assert_eq!(line(&read), text);
        }
        assert_eq!(
            action("[x] Mend it (platform)"),
            json!({"description": "Mend it", "owner": "platform", "done": true})
        );
    }
}
