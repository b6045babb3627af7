//! The services: how each is, was, and what people report of it.

use askama::Template;

use super::{Ground, rendered};
use crate::model::{Condition, ReportState, Reports, Service, Symptom};
use crate::pages::bars::{self, Bar};
use crate::pages::charts::{self, Hour};
use crate::pages::shapes;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "services.html")]
struct Services<'a> {
    t: &'a Texts,
    known: bool,
    groups: Vec<Group>,
}

struct Group {
    /// None: those that stand under no heading.
    name: Option<String>,
    services: Vec<Row>,
}

struct Row {
    service: Service,
    history: Past,
    reported: Option<Reported>,
}

/// The last 90 days, as a picture and as a table.
pub(super) struct Past {
    pub bars: String,
    pub uptime: String,
    pub label: String,
    pub seen: String,
    pub rows: Vec<Span>,
}

/// Days of the table that were alike.
pub(super) struct Span {
    pub days: String,
    pub worst: Option<Condition>,
    pub outage: i64,
    pub watched: i64,
}

struct Reported {
    state: ReportState,
    total: u32,
    curve: String,
    hours: Vec<Hour>,
    symptoms: Vec<(Symptom, u32)>,
}

impl Past {
    /// Of these days.
    pub fn of(t: &Texts, name: &str, bars: &[Bar]) -> Self {
        let share = bars::uptime(bars).map(bars::spoken);
        let uptime = share.map_or_else(|| t.no_uptime.to_owned(), |share| (t.uptime)(&share));
        Self {
            bars: charts::bars(bars),
            label: (t.bars_label)(name, &uptime),
            seen: (t.uptime_seen)(bars::days_seen(bars)),
            uptime,
            rows: spans(t, bars),
        }
    }
}

/// The table: equal days that follow one another share a line, so that it is read in a moment, and read out in one.
fn spans(t: &Texts, bars: &[Bar]) -> Vec<Span> {
    let mut rows = Vec::new();
    let alike = |one: &Bar, other: &Bar| one.worst == other.worst && one.outage == 0 && other.outage == 0;
    for run in bars.chunk_by(alike).rev() {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let days =
            if run.len() == 1 { t.date(&first.date) } else { (t.day_range)(&t.date(&first.date), &t.date(&last.date)) };
        let outage = run.iter().map(|bar| bar.outage).sum();
        rows.push(Span { days, worst: first.worst, outage, watched: run.iter().map(|bar| bar.seen).sum() });
    }
    rows
}

/// The services, each with its id in the catalogue, if that knows it: they meet by their names.
pub(super) fn of(ground: &Ground<'_>) -> Vec<Service> {
    let services = ground.known.summary().map(|summary| summary.services.clone()).unwrap_or_default();
    let catalogue = ground.known.catalogue();
    let with_id = services.into_iter().map(|service| {
        let entry = catalogue.iter().find(|entry| entry.name == service.name);
        Service { id: entry.map(|entry| entry.id.clone()), ..service }
    });
    with_id.collect()
}

pub(super) fn services(ground: &Ground<'_>) -> String {
    let mut groups: Vec<Group> = Vec::new();
    for service in of(ground) {
        let row = row(ground, service);
        // by name, and not by neighbourhood: the API puts a group's members together, and others may not
        match groups.iter_mut().find(|group| group.name == row.service.group) {
            Some(group) => group.services.push(row),
            None => groups.push(Group { name: row.service.group.clone(), services: vec![row] }),
        }
    }
    rendered(&Services { t: ground.t, known: ground.known.summary().is_some(), groups })
}

fn row(ground: &Ground<'_>, service: Service) -> Row {
    let told = ground.known.incidents().iter().map(AsRef::as_ref);
    let told: Vec<_> = told.filter(|incident| incident.services.contains(&service.name)).collect();
    let bars = bars::of_service(ground.days, &service.component, &told, ground.now);
    let history = Past::of(ground.t, &service.name, &bars);
    let reports = service.id.as_deref().and_then(|id| ground.known.reports(id));
    Row { reported: reports.map(reported), history, service }
}

fn reported(reports: &Reports) -> Reported {
    Reported {
        state: reports.state,
        total: reports.total(),
        curve: charts::curve(reports),
        hours: charts::hours(reports),
        symptoms: reports.symptoms.iter().take(3).copied().collect(),
    }
}
