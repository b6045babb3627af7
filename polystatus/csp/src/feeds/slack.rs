//! Slack, API 2.0.0: `/current` says what goes on, `/history` is the list of what has been.

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::{Evidence, Format, Incident, Kind, Reading, Source, Unreadable, lifecycle, moment};
use crate::model::State;

#[derive(Deserialize)]
struct Current {
    #[serde(default)]
    status: Word,
    #[serde(default, deserialize_with = "or_default")]
    active_incidents: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    id: Word,
    #[serde(default)]
    title: Word,
    #[serde(default, rename = "type")]
    kind: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    url: Word,
    #[serde(default)]
    date_created: Word,
    #[serde(default)]
    date_updated: Word,
    #[serde(default, deserialize_with = "or_default")]
    services: Vec<Word>,
    #[serde(default, deserialize_with = "or_default")]
    notes: Vec<Note>,
}

#[derive(Deserialize)]
struct Note {
    #[serde(default)]
    body: Word,
    #[serde(default)]
    date_created: Word,
}

/// Read `/current`.
///
/// # Errors
/// When it is cut off.
pub fn read_current(text: &str) -> Result<Reading, Unreadable> {
    let current: Current = super::json(text)?;
    let native = current.status.0;
    let incidents: Vec<Incident> = current.active_incidents.iter().map(incident).collect();
    let state = match native.as_str() {
        "ok" => State::Operational,
        // how bad it is the incidents say; without one, nobody does
        "active" => {
            let going_on = incidents.iter().filter(|incident| incident.active != Some(false));
            going_on.map(|incident| incident.state).max().unwrap_or(State::Unknown)
        }
        _ => State::Unknown,
    };
    let evidence = vec![Evidence { source: Source::Indicator, name: String::new(), native, state }];
    Ok(of(evidence, incidents, true))
}

/// Read `/history`.
///
/// # Errors
/// When it is cut off, or an incident in it does not say where it stands.
pub fn read_history(text: &str) -> Result<Reading, Unreadable> {
    let events: Vec<Event> = super::json(text)?;
    Ok(of(Vec::new(), events.iter().map(incident).collect(), false))
}

fn of(evidence: Vec<Evidence>, incidents: Vec<Incident>, lists_all_open: bool) -> Reading {
    let (title, description) = ("Slack".to_owned(), String::new());
    Reading { format: Format::Slack, title, description, evidence, incidents, lists_all_open }.tidy()
}

fn incident(event: &Event) -> Incident {
    let active = lifecycle::goes_on(event.status.as_str());
    let newest = event.notes.iter().max_by_key(|note| moment::of(&note.date_created));
    let updated = moment::of(&event.date_updated);
    Incident {
        id: event.id.0.clone(),
        kind: if event.kind.as_str() == "maintenance" { Kind::Maintenance } else { Kind::Incident },
        title: event.title.0.clone(),
        services: event.services.iter().map(|service| service.0.clone()).collect(),
        regions: Vec::new(),
        native: [event.status.as_str(), event.kind.as_str()].join(" "),
        state: state(event.kind.as_str()),
        active,
        started: moment::of(&event.date_created),
        updated: newest.and_then(|note| moment::of(&note.date_created)).or(updated),
        ended: if active == Some(false) { updated } else { None },
        url: event.url.given().map(str::to_owned),
        message: newest.map(|note| note.body.0.clone()).unwrap_or_default(),
    }
}

fn state(kind: &str) -> State {
    match kind {
        "notice" => State::Notice,
        "maintenance" => State::Maintenance,
        "incident" => State::Degraded,
        "outage" => State::MajorOutage,
        _ => State::Unknown,
    }
}
