//! Flags: what is on, for whom, why, and since when.

mod explain;
mod flag;
mod history;
mod kill;
mod list;
mod requests;
mod rollout;
mod texts;
mod toggle;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use self::texts::Says;
use crate::inside::{Read, SignedIn};

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::page).service(requests::ask).service(requests::decide);
    config.service(flag::page).service(toggle::toggle).service(rollout::roll_out);
    config.service(history::roll_back).service(kill::kill).service(kill::restore);
}

/// Where they are listed.
const LIST: &str = "/admin/flags";

/// A flag, as far as the pages show it.
#[derive(Debug, Clone, Deserialize)]
struct Flag {
    id: String,
    #[serde(default)]
    description: String,
    on: bool,
    variations: Value,
    #[serde(default)]
    off_variation: Option<String>,
    #[serde(default)]
    fallthrough: Outcome,
    #[serde(default)]
    killed: Option<Kill>,
    version: u64,
    updated_at: i64,
    updated_by: String,
}

/// Who has pulled the kill switch.
#[derive(Debug, Clone, Deserialize)]
struct Kill {
    by: String,
    at: i64,
    reason: String,
}

/// What those get whom no rule concerns.
#[derive(Debug, Clone, Default, Deserialize)]
struct Outcome {
    #[serde(default)]
    variation: Option<String>,
    #[serde(default)]
    rollout: Option<BTreeMap<String, u32>>,
}

impl Flag {
    /// The names of the variations.
    fn names(&self) -> Vec<String> {
        match &self.variations {
            Value::Array(names) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            Value::Object(values) => values.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// What those get whom no rule concerns, in words.
    fn others(&self, says: &Says) -> String {
        match &self.fallthrough {
            Outcome { rollout: Some(parts), .. } => {
                let sum: u64 = parts.values().map(|part| u64::from(*part)).sum::<u64>().max(1);
                let parts = parts.iter().filter(|(_, part)| **part > 0);
                let parts: Vec<String> =
                    parts.map(|(name, part)| format!("{name} {} %", u64::from(*part) * 100 / sum)).collect();
                parts.join(", ")
            }
            Outcome { variation: Some(variation), .. } => variation.clone(),
            Outcome { .. } => says.in_code.to_owned(),
        }
    }

    /// The class that colours its state.
    const fn class(&self) -> &'static str {
        match (&self.killed, self.on) {
            (Some(_), _) => "major",
            (None, true) => "operational",
            (None, false) => "unknown",
        }
    }

    /// Its state in a word.
    const fn state(&self, says: &Says) -> &'static str {
        match (&self.killed, self.on) {
            (Some(_), _) => says.killed,
            (None, true) => says.on,
            (None, false) => says.off,
        }
    }

    /// Where it is shown.
    fn path(&self) -> String {
        path_of(&self.id)
    }
}

fn path_of(id: &str) -> String {
    crate::pages::encoded(&format!("{LIST}/{id}"))
}

/// A flag as the service tells it: whole, so that it can be sent back.
async fn one(me: &SignedIn, id: &str) -> Result<Read<Value>, actix_web::Error> {
    me.read(me.frontend.peers.signed_in.flags.get("/admin/flags").segment(id)).await
}

/// What of it the pages show.
fn shown(me: &SignedIn, flag: &Value) -> Result<Flag, actix_web::Error> {
    serde_json::from_value(flag.clone()).map_err(|error| {
        tracing::warn!(%error, "a flag cannot be shown");
        me.not_found()
    })
}

/// Who works here, by their ids: changes are kept with ids. Empty when nobody answers.
async fn people(me: &SignedIn) -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct User {
        id: String,
        name: String,
    }
    let users = me.frontend.peers.signed_in.users.get("/api/v1/users").query("limit", 500);
    let users = me.perhaps::<Vec<User>>(users).await.unwrap_or_default();
    users.into_iter().map(|user| (user.id, user.name)).collect()
}

/// What somebody is called, if that is known.
fn called<'a>(people: &'a BTreeMap<String, String>, id: &'a str) -> &'a str {
    people.get(id).map_or(id, String::as_str)
}
