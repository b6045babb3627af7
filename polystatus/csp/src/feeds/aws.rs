//! The public events of AWS: a list in UTF-16, empty when all is quiet.
//!
//! It is documented nowhere. The codes are 0 (over), 1 (informational), 2 (degraded), 3 (disrupted), as text and as
//! numbers, in one document. An event that spreads has the same last part in the ARN of each region, so the region belongs
//! to its id. Some events stay open for half a year: who is not in their region filters them out.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::moment::{self, End};
use super::{Format, Incident, Kind, Reading, Unreadable};
use crate::model::State;

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    arn: Word,
    #[serde(default)]
    date: Word,
    #[serde(default)]
    end_time: Word,
    #[serde(default)]
    region_name: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    service_name: Word,
    #[serde(default)]
    summary: Word,
    #[serde(default, rename = "event_log", deserialize_with = "or_default")]
    log: Vec<Logged>,
    #[serde(default, deserialize_with = "or_default")]
    impacted_services: BTreeMap<String, Impacted>,
}

#[derive(Deserialize)]
struct Logged {
    #[serde(default)]
    message: Word,
    #[serde(default)]
    timestamp: Word,
}

#[derive(Deserialize)]
struct Impacted {
    #[serde(default)]
    service_name: Word,
}

/// Nothing happens.
pub fn quiet() -> Reading {
    of(Vec::new())
}

/// Read the events.
///
/// # Errors
/// When the list is cut off, or an event has no name.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let events: Vec<Event> = super::json(text)?;
    if events.iter().any(|event| event.arn.given().is_none()) {
        return Err(Unreadable::Incomplete { format: Format::Aws, missing: "an event has no arn" });
    }
    Ok(of(events.iter().map(incident).collect()).tidy())
}

fn of(incidents: Vec<Incident>) -> Reading {
    let (title, description) = ("AWS".to_owned(), String::new());
    Reading { format: Format::Aws, title, description, evidence: Vec::new(), incidents, lists_all_open: true }
}

fn incident(event: &Event) -> Incident {
    let arn = event.arn.as_str();
    let state = state(event.status.as_str());
    let end = End::of(&event.end_time);
    // arn:aws:health:REGION::event/SERVICE/TYPE/ID
    let region = arn.split(':').nth(3).unwrap_or_default();
    let last = arn.rsplit('/').next().unwrap_or(arn);
    let impacted = event.impacted_services.values().map(|service| service.service_name.0.clone());
    let services = std::iter::once(event.service_name.0.clone()).chain(impacted).collect();
    let newest = event.log.iter().max_by_key(|logged| moment::of(&logged.timestamp));
    Incident {
        id: if region.is_empty() { last.to_owned() } else { format!("{region}.{last}") },
        kind: Kind::Incident,
        title: format!("{}: {}", event.service_name.as_str(), event.summary.as_str()),
        services,
        regions: vec![region.to_owned(), event.region_name.0.clone()],
        native: event.status.0.clone(),
        state,
        active: if state == State::Operational { Some(false) } else { end.goes_on() },
        started: moment::of(&event.date),
        updated: newest.and_then(|logged| moment::of(&logged.timestamp)).or_else(|| moment::of(&event.date)),
        ended: end.time(),
        url: Some("https://health.aws.amazon.com/health/status".to_owned()),
        message: newest.map(|logged| logged.message.0.clone()).unwrap_or_default(),
    }
}

fn state(code: &str) -> State {
    match code {
        "0" => State::Operational,
        "1" => State::Notice,
        "2" => State::Degraded,
        "3" => State::MajorOutage,
        _ => State::Unknown,
    }
}
