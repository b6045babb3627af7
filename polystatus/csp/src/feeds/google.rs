//! `incidents.json` of Google Cloud and Google Workspace: what goes on and what is over, the newest first.
//!
//! An incident goes on as long as it has no `end`; one that lies ahead has not come yet, and one that cannot be read says
//! nothing. The feed is never empty.

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::moment::{self, End};
use super::{Format, Incident, Kind, Reading, Unreadable};
use crate::model::State;

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    id: Word,
    #[serde(default)]
    begin: Word,
    #[serde(default)]
    end: Word,
    #[serde(default)]
    modified: Word,
    #[serde(default)]
    external_desc: Word,
    #[serde(default)]
    severity: Word,
    #[serde(default)]
    status_impact: Word,
    #[serde(default)]
    service_name: Word,
    #[serde(default)]
    uri: Word,
    #[serde(default, deserialize_with = "or_default")]
    affected_products: Vec<Named>,
    #[serde(default, deserialize_with = "or_default")]
    currently_affected_locations: Vec<Named>,
    #[serde(default, deserialize_with = "or_default")]
    previously_affected_locations: Vec<Named>,
    #[serde(default, deserialize_with = "or_default")]
    most_recent_update: Update,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    id: Word,
    #[serde(default)]
    title: Word,
}

#[derive(Default, Deserialize)]
struct Update {
    #[serde(default)]
    when: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    text: Word,
}

/// Read the incidents.
///
/// # Errors
/// When the list is cut off, or an incident has no id or no beginning.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let events: Vec<Event> = super::json(text)?;
    if events.iter().any(|event| event.id.given().is_none() || event.begin.given().is_none()) {
        return Err(Unreadable::Incomplete {
            format: Format::Google,
            missing: "an incident has no id or no beginning",
        });
    }
    let incidents = events.iter().map(incident).collect();
    let (title, description) = ("Google".to_owned(), String::new());
    let reading =
        Reading { format: Format::Google, title, description, evidence: Vec::new(), incidents, lists_all_open: true };
    Ok(reading.tidy())
}

fn incident(event: &Event) -> Incident {
    let update = &event.most_recent_update;
    let end = End::of(&event.end);
    let over = end.time().is_some();
    let products = event.affected_products.iter().map(|product| product.title.0.clone());
    let before = if over { event.previously_affected_locations.as_slice() } else { &[] };
    let places = before.iter().chain(&event.currently_affected_locations);
    // while it goes on, the newest update says how bad it is now; when it is over, what it was stays
    let now = state(update.status.as_str());
    let state = match state(event.status_impact.as_str()) {
        worst if over => worst,
        State::Unknown => now,
        worst if now == State::Unknown || now == State::Operational => worst,
        _ => now,
    };
    Incident {
        id: event.id.0.clone(),
        kind: Kind::Incident,
        title: event.external_desc.0.clone(),
        services: products.chain([event.service_name.0.clone()]).collect(),
        regions: places.flat_map(|place| [place.id.0.clone(), place.title.0.clone()]).collect(),
        native: [event.status_impact.as_str(), event.severity.as_str()].join(" "),
        state,
        active: end.goes_on(),
        started: moment::of(&event.begin),
        updated: moment::of(&update.when).or_else(|| moment::of(&event.modified)),
        ended: end.time(),
        url: event.uri.given().map(|path| format!("https://status.cloud.google.com/{path}")),
        message: update.text.0.clone(),
    }
}

fn state(word: &str) -> State {
    match word {
        "AVAILABLE" => State::Operational,
        "SERVICE_INFORMATION" => State::Notice,
        "SERVICE_DISRUPTION" => State::PartialOutage,
        "SERVICE_OUTAGE" => State::MajorOutage,
        _ => State::Unknown,
    }
}
