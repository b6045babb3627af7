//! Atlassian Statuspage, `/api/v2/summary.json` and its parts, and those who imitate it with lists that are null or
//! absent (incident.io, Oracle).
//!
//! The indicator alone is not believed: a page has said `none` while a critical incident was open on it.

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::{Evidence, Format, Incident, Kind, Reading, Source, Unreadable, lifecycle, moment};
use crate::model::State;

#[derive(Deserialize)]
struct Document {
    #[serde(default, deserialize_with = "or_default")]
    page: Page,
    status: Option<Status>,
    components: Option<Vec<Component>>,
    incidents: Option<Vec<Event>>,
    scheduled_maintenances: Option<Vec<Event>>,
}

#[derive(Default, Deserialize)]
struct Page {
    #[serde(default)]
    name: Word,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    indicator: Word,
    #[serde(default)]
    description: Word,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    name: Word,
    #[serde(default)]
    status: Word,
    #[serde(default, deserialize_with = "or_default")]
    group: bool,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    id: Word,
    #[serde(default)]
    name: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    impact: Word,
    #[serde(default)]
    created_at: Word,
    #[serde(default)]
    started_at: Word,
    #[serde(default)]
    updated_at: Word,
    #[serde(default)]
    resolved_at: Word,
    #[serde(default)]
    scheduled_for: Word,
    #[serde(default)]
    scheduled_until: Word,
    #[serde(default)]
    shortlink: Word,
    #[serde(default, deserialize_with = "or_default")]
    components: Vec<Component>,
    #[serde(default, deserialize_with = "or_default")]
    incident_updates: Vec<Update>,
}

#[derive(Deserialize)]
struct Update {
    #[serde(default)]
    body: Word,
    #[serde(default, deserialize_with = "or_default")]
    affected_components: Vec<Component>,
}

/// Read it.
///
/// # Errors
/// When it is cut off, or says neither how the page nor how any part of it is.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let document: Document = super::json(text)?;
    let mut evidence = Vec::new();
    let mut description = String::new();
    if let Some(status) = &document.status {
        let native = status.indicator.as_str().to_owned();
        status.description.given().unwrap_or(&native).clone_into(&mut description);
        evidence.push(Evidence { source: Source::Indicator, name: String::new(), state: impact(&native), native });
    }
    // a group is as bad as the worst of its parts, which are in the list too
    for component in document.components.iter().flatten().filter(|component| !component.group) {
        let (name, native) = (component.name.0.clone(), component.status.0.clone());
        evidence.push(Evidence { source: Source::Component, name, state: of_component(&native), native });
    }
    let incidents = document.incidents.iter().flatten().map(|event| incident(event, Kind::Incident));
    let maintenances = document.scheduled_maintenances.iter().flatten();
    let maintenances = maintenances.map(|event| incident(event, Kind::Maintenance));
    let incidents: Vec<Incident> = incidents.chain(maintenances).collect();
    if evidence.is_empty() && incidents.is_empty() {
        let missing = "there is neither an indicator nor a component nor an incident";
        return Err(Unreadable::Incomplete { format: Format::Statuspage, missing });
    }
    let lists_all_open = document.incidents.is_some() || document.status.is_some();
    let title = document.page.name.0;
    Ok(Reading { format: Format::Statuspage, title, description, evidence, incidents, lists_all_open }.tidy())
}

fn incident(event: &Event, kind: Kind) -> Incident {
    let updates = &event.incident_updates;
    // the imitators name the components in the updates alone
    let affected = updates.iter().flat_map(|update| &update.affected_components);
    let services = event.components.iter().chain(affected).map(|component| component.name.0.clone()).collect();
    let active = lifecycle::goes_on(event.status.as_str());
    let state = match kind {
        Kind::Maintenance => State::Maintenance,
        Kind::Incident => impact(event.impact.as_str()),
    };
    let first = |words: [&Word; 3]| words.into_iter().find_map(moment::of);
    let over = active == Some(false) && kind == Kind::Incident;
    Incident {
        id: event.id.0.clone(),
        kind,
        title: event.name.0.clone(),
        services,
        regions: Vec::new(),
        native: [event.status.as_str(), event.impact.as_str()].join(" "),
        state,
        active,
        started: first([&event.scheduled_for, &event.started_at, &event.created_at]),
        updated: first([&event.updated_at, &event.started_at, &event.created_at]),
        ended: if over {
            first([&event.resolved_at, &event.updated_at, &Word::default()])
        } else {
            moment::of(&event.scheduled_until)
        },
        url: event.shortlink.given().map(str::to_owned),
        message: updates.first().map(|update| update.body.0.clone()).unwrap_or_default(),
    }
}

/// Of the indicator, and of an incident.
fn impact(word: &str) -> State {
    match word {
        "none" => State::Operational,
        "minor" => State::Degraded,
        "major" => State::PartialOutage,
        "critical" => State::MajorOutage,
        "maintenance" => State::Maintenance,
        _ => State::Unknown,
    }
}

fn of_component(word: &str) -> State {
    match word {
        "operational" => State::Operational,
        "degraded_performance" => State::Degraded,
        "partial_outage" => State::PartialOutage,
        // incident.io's word for it
        "major_outage" | "full_outage" => State::MajorOutage,
        "under_maintenance" => State::Maintenance,
        _ => State::Unknown,
    }
}
