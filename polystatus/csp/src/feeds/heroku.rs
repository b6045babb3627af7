//! Heroku, API 4, `/current-status`: a colour for each system, and what goes on.
//!
//! `resolved` is not reliable there; where an incident stands is in its `state`. Planned work has neither a beginning nor an
//! end: `created_at` is when it was announced. It stays in the list after its end, so it counts only while somebody speaks
//! of it (see [`crate::assess`]); the last word is that of the newest update, since `updated_at` may be older.

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::{Evidence, Format, Incident, Kind, Reading, Source, Unreadable, lifecycle, moment};
use crate::model::State;

#[derive(Deserialize)]
struct Document {
    #[serde(default, deserialize_with = "or_default")]
    status: Vec<System>,
    #[serde(default, deserialize_with = "or_default")]
    incidents: Vec<Event>,
    #[serde(default, deserialize_with = "or_default")]
    scheduled: Vec<Event>,
}

#[derive(Deserialize)]
struct System {
    #[serde(default)]
    system: Word,
    #[serde(default)]
    status: Word,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    id: Word,
    #[serde(default)]
    title: Word,
    #[serde(default)]
    state: Word,
    #[serde(default)]
    created_at: Word,
    #[serde(default)]
    updated_at: Word,
    #[serde(default)]
    full_url: Word,
    #[serde(default, deserialize_with = "or_default")]
    systems: Vec<Word>,
    #[serde(default, deserialize_with = "or_default")]
    statuses: Vec<System>,
    #[serde(default, deserialize_with = "or_default")]
    updates: Vec<Update>,
}

#[derive(Deserialize)]
struct Update {
    #[serde(default)]
    contents: Word,
    #[serde(default)]
    created_at: Word,
}

/// Read it.
///
/// # Errors
/// When it is cut off, or there is no system in it.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let document: Document = super::json(text)?;
    if document.status.is_empty() {
        return Err(Unreadable::Incomplete { format: Format::Heroku, missing: "there is no system in it" });
    }
    let evidence = document.status.iter().map(|system| Evidence {
        source: Source::Component,
        name: system.system.0.clone(),
        native: system.status.0.clone(),
        state: state(system.status.as_str()),
    });
    let incidents = document.incidents.iter().map(|event| incident(event, Kind::Incident));
    let scheduled = document.scheduled.iter().map(|event| incident(event, Kind::Maintenance));
    let (title, description) = ("Heroku".to_owned(), String::new());
    let evidence = evidence.collect();
    let incidents = incidents.chain(scheduled).collect();
    Ok(Reading { format: Format::Heroku, title, description, evidence, incidents, lists_all_open: true }.tidy())
}

fn incident(event: &Event, kind: Kind) -> Incident {
    let colours = event.statuses.iter().map(|system| state(system.status.as_str()));
    let state = match kind {
        Kind::Maintenance => State::Maintenance,
        // a list without a colour says that there is trouble, and not how much
        Kind::Incident => colours.max().filter(|state| *state > State::Operational).unwrap_or(State::Degraded),
    };
    let newest = event.updates.iter().max_by_key(|update| moment::of(&update.created_at));
    let said = newest.and_then(|update| moment::of(&update.created_at));
    let updated = moment::of(&event.updated_at).max(said);
    let systems = event.systems.iter().chain(event.statuses.iter().map(|system| &system.system));
    let active = lifecycle::goes_on(event.state.as_str());
    Incident {
        id: event.id.0.clone(),
        kind,
        title: event.title.0.clone(),
        services: systems.map(|system| system.0.clone()).collect(),
        regions: Vec::new(),
        native: event.state.0.clone(),
        state,
        active,
        started: moment::of(&event.created_at),
        updated,
        ended: if active == Some(false) && kind == Kind::Incident { updated } else { None },
        url: event.full_url.given().map(str::to_owned),
        message: newest.map(|update| update.contents.0.clone()).unwrap_or_default(),
    }
}

fn state(colour: &str) -> State {
    match colour {
        "green" => State::Operational,
        "blue" => State::Maintenance,
        "yellow" => State::Degraded,
        "red" => State::MajorOutage,
        _ => State::Unknown,
    }
}
