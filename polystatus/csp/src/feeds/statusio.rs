//! Status.io, `/1.0/status/…`: everything is a number of hundreds.

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::reading::line;
use super::{Evidence, Format, Incident, Kind, Reading, Source, Unreadable, moment};
use crate::model::State;

#[derive(Deserialize)]
struct Document {
    result: Outcome,
}

#[derive(Deserialize)]
struct Outcome {
    #[serde(default, deserialize_with = "or_default")]
    status_overall: Part,
    #[serde(default, deserialize_with = "or_default")]
    status: Vec<Part>,
    #[serde(default, deserialize_with = "or_default")]
    incidents: Vec<Event>,
    #[serde(default, deserialize_with = "or_default")]
    maintenance: Maintenance,
}

#[derive(Default, Deserialize)]
struct Part {
    #[serde(default)]
    name: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    status_code: Word,
    #[serde(default, deserialize_with = "or_default")]
    containers: Vec<Self>,
}

#[derive(Default, Deserialize)]
struct Maintenance {
    #[serde(default, deserialize_with = "or_default")]
    active: Vec<Event>,
    #[serde(default, deserialize_with = "or_default")]
    upcoming: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default, rename = "_id")]
    id: Word,
    #[serde(default)]
    name: Word,
    #[serde(default)]
    datetime_open: Word,
    #[serde(default)]
    datetime_planned_start: Word,
    #[serde(default)]
    datetime_planned_end: Word,
    #[serde(default, deserialize_with = "or_default")]
    messages: Vec<Message>,
    #[serde(default, deserialize_with = "or_default")]
    components_affected: Vec<Part>,
    #[serde(default, deserialize_with = "or_default")]
    containers_affected: Vec<Part>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    details: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    datetime: Word,
}

/// Read it.
///
/// # Errors
/// When it is cut off, or neither the page nor a component has a code.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let Document { result } = super::json(text)?;
    let mut evidence = Vec::new();
    if result.status_overall.status_code.given().is_some() {
        evidence.push(of_part(Source::Indicator, String::new(), &result.status_overall));
    }
    for component in &result.status {
        // shortened before it is copied for each of its containers
        let name = line(component.name.as_str());
        // a component is as bad as the worst of its containers, and is said to be so by itself
        evidence.push(of_part(Source::Component, name.clone(), component));
        let others = component.containers.iter().filter(|part| part.status_code != component.status_code);
        let named = |part: &Part| of_part(Source::Component, format!("{name}, {}", part.name.as_str()), part);
        evidence.extend(others.map(named));
    }
    if evidence.is_empty() {
        return Err(Unreadable::Incomplete { format: Format::StatusIo, missing: "nothing in it has a status_code" });
    }
    let incidents = result.incidents.iter().map(|event| incident(event, Kind::Incident, true));
    let active = result.maintenance.active.iter().map(|event| incident(event, Kind::Maintenance, true));
    let upcoming = result.maintenance.upcoming.iter().map(|event| incident(event, Kind::Maintenance, false));
    let incidents = incidents.chain(active).chain(upcoming).collect();
    let description = result.status_overall.status.0.clone();
    let title = String::new();
    Ok(Reading { format: Format::StatusIo, title, description, evidence, incidents, lists_all_open: true }.tidy())
}

fn of_part(source: Source, name: String, part: &Part) -> Evidence {
    let native = part.status.given().unwrap_or(part.status_code.as_str()).to_owned();
    Evidence { source, name, native, state: state(part.status_code.as_str()) }
}

fn incident(event: &Event, kind: Kind, active: bool) -> Incident {
    let newest = event.messages.iter().max_by_key(|message| moment::of(&message.datetime));
    let code = newest.map_or("", |message| message.status.as_str());
    let started = moment::of(&event.datetime_planned_start).or_else(|| moment::of(&event.datetime_open));
    Incident {
        id: event.id.0.clone(),
        kind,
        title: event.name.0.clone(),
        services: event.components_affected.iter().map(|part| part.name.0.clone()).collect(),
        regions: event.containers_affected.iter().map(|part| part.name.0.clone()).collect(),
        native: code.to_owned(),
        state: if kind == Kind::Maintenance { State::Maintenance } else { state(code) },
        active: Some(active),
        started,
        updated: newest.and_then(|message| moment::of(&message.datetime)).or(started),
        ended: moment::of(&event.datetime_planned_end),
        url: None,
        message: newest.map(|message| message.details.0.clone()).unwrap_or_default(),
    }
}

fn state(code: &str) -> State {
    match code {
        "100" => State::Operational,
        "200" => State::Maintenance,
        "300" => State::Degraded,
        "400" => State::PartialOutage,
        // a security event is as bad as it gets
        "500" | "600" => State::MajorOutage,
        _ => State::Unknown,
    }
}
