//! Planned work: `/admin/maintenances`.

mod change;
mod list;
mod plan;
mod state;
mod texts;
mod work;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

use self::texts::Says;
use super::moments::of_field;
use crate::inside::{Fields, Read, SignedForm, SignedIn};
use crate::model::WorkState;

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::page).service(plan::plan).service(work::page).service(change::change);
    config.service(state::set).service(state::ask_to_call_off).service(state::call_off);
}

/// Where it is listed.
const LIST: &str = "/admin/maintenances";

/// The fields of a form that may be wrong.
const FIELDS: [&str; 5] = ["title", "message", "services", "from", "until"];

/// Planned work, as the communications service tells.
#[derive(Debug, Clone, Deserialize)]
struct Work {
    id: String,
    title: String,
    #[serde(default)]
    services: Vec<String>,
    status: String,
    from: i64,
    until: i64,
    #[serde(default)]
    updates: Vec<Update>,
}

#[derive(Debug, Clone, Deserialize)]
struct Update {
    ts: i64,
    message: String,
    status: String,
}

impl Update {
    fn state(&self) -> WorkState {
        state_of(&self.status)
    }
}

/// Names as boxes to be ticked: a value, and words.
fn options(names: &[String]) -> Vec<(String, String)> {
    names.iter().map(|name| (name.clone(), name.clone())).collect()
}

impl Work {
    fn state(&self) -> WorkState {
        state_of(&self.status)
    }

    fn is_over(&self) -> bool {
        self.state() == WorkState::Completed
    }

    /// Whether nothing was done yet.
    fn is_to_come(&self) -> bool {
        self.state() == WorkState::Scheduled
    }

    fn path(&self) -> String {
        path_of(&self.id)
    }
}

fn state_of(word: &str) -> WorkState {
    match word {
        "in_progress" => WorkState::InProgress,
        "verifying" => WorkState::Verifying,
        "completed" => WorkState::Completed,
        _ => WorkState::Scheduled,
    }
}

fn path_of(id: &str) -> String {
    crate::pages::encoded(&format!("{LIST}/{id}"))
}

async fn one(me: &SignedIn, id: &str) -> Result<Read<Work>, actix_web::Error> {
    me.read(me.frontend.peers.signed_in.communications.get("/api/v1/maintenances").segment(id)).await
}

/// The names of what can be affected: what can break, and what the work names already. None, when nobody can tell.
async fn names(me: &SignedIn, work: Option<&Work>) -> Vec<String> {
    #[derive(Deserialize)]
    struct Listed {
        name: String,
    }
    let services = me.frontend.peers.signed_in.incidents.get("/api/v1/services").query("limit", 500);
    let listed = me.perhaps::<Vec<Listed>>(services).await.unwrap_or_default();
    let mut names: Vec<String> = listed.into_iter().map(|service| service.name).collect();
    for name in work.map(|work| work.services.as_slice()).unwrap_or_default() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// What a form says the work shall be; else the form with what is wrong.
fn told(form: &SignedForm) -> Result<Map<String, Value>, Fields> {
    let says = Says::of(form.lang);
    let (from, until) = (of_field(&form.field("from")), of_field(&form.field("until")));
    let (Ok(from), Ok(until)) = (&from, &until) else {
        let fields = Fields::of(form);
        let fields = if from.is_err() { fields.wrong_with("from", says.no_time) } else { fields };
        return Err(if until.is_err() { fields.wrong_with("until", says.no_time) } else { fields });
    };
    let mut told = Map::new();
    told.insert("title".to_owned(), form.field("title").into());
    told.insert("services".to_owned(), json!(form.all("services")));
    // what is left empty is left out: the service says that it is missing
    let moments = [("from", *from), ("until", *until)].into_iter().filter_map(|(name, at)| Some((name, at?)));
    told.extend(moments.map(|(name, at)| (name.to_owned(), at.into())));
    told.extend(form.given("message").map(|message| ("message".to_owned(), message.into())));
    Ok(told)
}
