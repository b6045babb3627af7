//! Incidents, from the first note to what was learnt.

mod act;
mod announce;
mod edit;
mod list;
mod new;
mod people;
mod postmortem;
mod show;
mod texts;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::texts::Says;
use crate::inside::SignedIn;
use crate::model::Condition;
use crate::pages::shape_of;
use crate::texts::Lang;

/// Every endpoint. Fixed paths come before those with an id.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::page).service(new::page).service(new::open);
    config.service(show::page).service(edit::page).service(edit::edit);
    config.service(act::status).service(act::assign).service(act::say).service(act::follow);
    config.service(announce::announce).service(postmortem::page).service(postmortem::write);
}

/// What the pages of incidents say.
pub(super) const fn says(lang: Lang) -> &'static Says {
    match lang {
        Lang::En => &texts::EN,
        Lang::Fr => &texts::FR,
    }
}

/// An incident, as the incidents service tells.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Incident {
    /// Its id.
    pub id: String,
    /// In one line.
    pub title: String,
    /// From 1, the worst, to 4.
    pub sev: u8,
    /// The names of what is affected.
    #[serde(default)]
    pub services: Vec<String>,
    /// What is known of it.
    #[serde(default)]
    pub summary: String,
    /// `open`, `mitigated`, `resolved`.
    pub status: String,
    /// When it began, in Unix seconds.
    pub started_at: i64,
    /// When it was over.
    #[serde(default)]
    pub resolved_at: Option<i64>,
    /// Who leads the work: a user's id.
    #[serde(default)]
    pub commander: Option<String>,
    /// Where it was noticed.
    #[serde(default)]
    pub source: String,
}

impl Incident {
    /// Its page.
    pub fn path(&self) -> String {
        path_of(&self.id)
    }

    /// How bad it is, in the colours of the public page.
    pub fn condition(&self) -> Condition {
        match (self.status.as_str(), self.sev) {
            ("resolved", _) => Condition::Operational,
            (_, 1) => Condition::Major,
            (_, 2) => Condition::Partial,
            (_, 3) => Condition::Degraded,
            _ => Condition::Notice,
        }
    }

    /// The shape for that.
    pub fn shape(&self) -> &'static str {
        shape_of(self.condition())
    }
}

/// The page of an incident.
fn path_of(id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/admin/incidents/{id}")
}

/// The id in the path of a request.
fn id_in(me: &SignedIn) -> String {
    me.segment("id")
}

/// What a form may name as affected: the catalogue, and what the incident names already.
fn services_for(me: &SignedIn, named: &[String]) -> Vec<String> {
    let known = me.frontend.memory.read();
    let mut all: Vec<String> = known.catalogue().iter().map(|entry| entry.name.clone()).collect();
    for name in named {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    all
}
