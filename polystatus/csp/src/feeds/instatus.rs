//! Instatus, `/summary.json` and `/v3/summary.json`: lists that are empty are left out.

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::{Evidence, Format, Incident, Kind, Reading, Source, Unreadable, lifecycle, moment};
use crate::model::State;

#[derive(Deserialize)]
struct Document {
    #[serde(default, deserialize_with = "or_default")]
    page: Page,
    #[serde(default, rename = "activeIncidents", deserialize_with = "or_default")]
    incidents: Vec<Event>,
    #[serde(default, rename = "activeMaintenances", deserialize_with = "or_default")]
    maintenances: Vec<Event>,
}

#[derive(Default, Deserialize)]
struct Page {
    #[serde(default)]
    name: Word,
    #[serde(default)]
    status: Word,
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
    started: Word,
    #[serde(default)]
    start: Word,
    #[serde(default, rename = "updatedAt")]
    updated: Word,
    #[serde(default)]
    url: Word,
    #[serde(default, deserialize_with = "or_default")]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    name: Word,
}

/// Read it.
///
/// # Errors
/// When it is cut off, or the page has no status.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let document: Document = super::json(text)?;
    let Some(native) = document.page.status.given() else {
        return Err(Unreadable::Incomplete { format: Format::Instatus, missing: "the page has no status" });
    };
    let incidents: Vec<Incident> = document.incidents.iter().map(|event| incident(event, Kind::Incident)).collect();
    let state = match native {
        "UP" => State::Operational,
        "UNDERMAINTENANCE" => State::Maintenance,
        // how bad the issues are the impacts of those say that go on; that there are some the page has said itself, though
        // all that it lists may be resolved
        "HASISSUES" => {
            let going_on = incidents.iter().filter(|incident| incident.active != Some(false));
            going_on.map(|incident| incident.state).fold(State::Degraded, State::max)
        }
        _ => State::Unknown,
    };
    let evidence = vec![Evidence { source: Source::Indicator, name: String::new(), native: native.to_owned(), state }];
    let maintenances = document.maintenances.iter().map(|event| incident(event, Kind::Maintenance));
    let incidents = incidents.into_iter().chain(maintenances).collect();
    let (title, description) = (document.page.name.0.clone(), String::new());
    Ok(Reading { format: Format::Instatus, title, description, evidence, incidents, lists_all_open: true }.tidy())
}

fn incident(event: &Event, kind: Kind) -> Incident {
    // the older summary has no ids: an address is as good, and a name with its beginning nearly
    let named = || format!("{} {}", event.name.as_str(), event.started.given().unwrap_or(event.start.as_str()));
    let id = event.id.given().or(event.url.given()).map_or_else(named, str::to_owned);
    let started = moment::of(&event.started).or_else(|| moment::of(&event.start));
    Incident {
        id,
        kind,
        title: event.name.0.clone(),
        services: event.components.iter().map(|component| component.name.0.clone()).collect(),
        regions: Vec::new(),
        native: [event.status.as_str(), event.impact.as_str()].join(" "),
        state: if kind == Kind::Maintenance { State::Maintenance } else { state(event.impact.as_str()) },
        active: lifecycle::goes_on(event.status.as_str()),
        started,
        updated: moment::of(&event.updated).or(started),
        ended: None,
        url: event.url.given().map(str::to_owned),
        message: String::new(),
    }
}

fn state(impact: &str) -> State {
    match impact {
        "OPERATIONAL" => State::Operational,
        "UNDERMAINTENANCE" => State::Maintenance,
        "DEGRADEDPERFORMANCE" | "DEGRADED" | "MINOROUTAGE" => State::Degraded,
        "PARTIALOUTAGE" => State::PartialOutage,
        "MAJOROUTAGE" => State::MajorOutage,
        _ => State::Unknown,
    }
}
