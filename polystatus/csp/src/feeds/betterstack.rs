//! Better Stack, `/index.json`: JSON:API, with everything in one list of `included` things.
//!
//! `ends_at` of a report is null even when it is over; its `aggregate_state` tells.

use std::collections::HashMap;

use serde::Deserialize;

use super::lenient::{Word, or_default};
use super::moment::{self, End};
use super::reading::line;
use super::{Evidence, Format, Incident, Kind, Reading, Source, Unreadable};
use crate::model::State;

#[derive(Deserialize)]
struct Document {
    data: Thing,
    #[serde(default, deserialize_with = "or_default")]
    included: Vec<Thing>,
}

#[derive(Deserialize)]
struct Thing {
    #[serde(default)]
    id: Word,
    #[serde(default, rename = "type")]
    kind: Word,
    #[serde(default, deserialize_with = "or_default")]
    attributes: Attributes,
}

#[derive(Default, Deserialize)]
struct Attributes {
    #[serde(default)]
    company_name: Word,
    #[serde(default)]
    aggregate_state: Word,
    #[serde(default)]
    public_name: Word,
    #[serde(default)]
    status: Word,
    #[serde(default)]
    title: Word,
    #[serde(default)]
    report_type: Word,
    #[serde(default)]
    starts_at: Word,
    #[serde(default)]
    ends_at: Word,
    #[serde(default)]
    updated_at: Word,
    #[serde(default, deserialize_with = "or_default")]
    affected_resources: Vec<Affected>,
}

#[derive(Deserialize)]
struct Affected {
    #[serde(default)]
    status_page_resource_id: Word,
}

/// Read it.
///
/// # Errors
/// When it is cut off, or the page has no state.
pub fn read(text: &str) -> Result<Reading, Unreadable> {
    let Document { data, included } = super::json(text)?;
    let Some(native) = data.attributes.aggregate_state.given() else {
        return Err(Unreadable::Incomplete { format: Format::BetterStack, missing: "the page has no aggregate_state" });
    };
    let of_kind = |kind: &'static str| included.iter().filter(move |thing| thing.kind.as_str() == kind);
    let page =
        Evidence { source: Source::Indicator, name: String::new(), native: native.to_owned(), state: state(native) };
    // what is not watched says nothing, and is no trouble
    let watched = of_kind("status_page_resource").filter(|one| one.attributes.status.as_str() != "not_monitored");
    let resources = watched.map(|resource| Evidence {
        source: Source::Component,
        name: resource.attributes.public_name.0.clone(),
        native: resource.attributes.status.0.clone(),
        state: state(resource.attributes.status.as_str()),
    });
    let evidence = std::iter::once(page).chain(resources).collect();
    // looked up and not looked for, and shortened before it is copied for each report that names it
    let resources = of_kind("status_page_resource");
    let names = resources.map(|one| (one.id.as_str(), line(one.attributes.public_name.as_str()))).collect();
    let incidents = of_kind("status_report").map(|report| incident(report, &names)).collect();
    let (title, description) = (data.attributes.company_name.0.clone(), String::new());
    Ok(Reading { format: Format::BetterStack, title, description, evidence, incidents, lists_all_open: true }.tidy())
}

fn incident(report: &Thing, names: &HashMap<&str, String>) -> Incident {
    let Attributes { title, report_type, aggregate_state, starts_at, ends_at, updated_at, .. } = &report.attributes;
    let kind = if report_type.as_str() == "maintenance" { Kind::Maintenance } else { Kind::Incident };
    let name_of = |affected: &Affected| names.get(affected.status_page_resource_id.as_str()).cloned();
    let end = End::of(ends_at);
    let started = moment::of(starts_at);
    let over = matches!(aggregate_state.as_str(), "resolved" | "operational");
    Incident {
        id: report.id.0.clone(),
        kind,
        title: title.0.clone(),
        services: report.attributes.affected_resources.iter().filter_map(name_of).collect(),
        regions: Vec::new(),
        native: [aggregate_state.as_str(), report_type.as_str()].join(" "),
        state: if kind == Kind::Maintenance { State::Maintenance } else { state(aggregate_state.as_str()) },
        active: match kind {
            _ if over => Some(false),
            // planned work has an end from its beginning
            Kind::Maintenance => Some(true),
            Kind::Incident => end.goes_on(),
        },
        started,
        updated: moment::of(updated_at).or(started),
        ended: end.time(),
        url: None,
        message: String::new(),
    }
}

fn state(word: &str) -> State {
    match word {
        "operational" | "resolved" => State::Operational,
        "maintenance" => State::Maintenance,
        "degraded" => State::Degraded,
        "downtime" => State::MajorOutage,
        _ => State::Unknown,
    }
}
