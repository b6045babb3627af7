//! How things are now.

use std::sync::Arc;

use askama::Template;

use super::{Ground, rendered, services};
use crate::known::Source;
use crate::model::{Banner, Condition, Incident, IncidentState, ReportState, Work, WorkState};
use crate::pages::shapes;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "banner.html")]
struct BannerPart<'a> {
    t: &'a Texts,
    banner: Option<&'a Banner>,
}

#[derive(Template)]
#[template(path = "headline.html")]
struct Headline<'a> {
    t: &'a Texts,
    condition: Condition,
    sentence: &'a str,
    /// Of when it is, when that is not now.
    then: Option<String>,
    working: Option<String>,
    reported: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "incidents.html")]
struct Incidents<'a> {
    t: &'a Texts,
    incidents: Vec<&'a Arc<Incident>>,
}

#[derive(Template)]
#[template(path = "works.html")]
struct Works<'a> {
    t: &'a Texts,
    works: Vec<&'a Work>,
}

#[derive(Template)]
#[template(path = "clouds.html")]
struct Clouds<'a> {
    t: &'a Texts,
    known: bool,
    all: usize,
    unknown: usize,
    ill: Vec<(String, String, Condition)>,
}

/// The parts, from top to bottom.
pub(super) fn parts(ground: &Ground<'_>) -> [(&'static str, String); 6] {
    let t = ground.t;
    let banner = ground.known.banner().filter(|banner| banner.is_shown_at(ground.now));
    let incidents = ground.known.incidents().iter().filter(|incident| incident.is_open()).collect();
    let works = ground.known.works().iter().filter(|work| work.state != WorkState::Completed).collect();
    [
        ("banner", rendered(&BannerPart { t, banner })),
        ("headline", state(ground)),
        ("incidents", rendered(&Incidents { t, incidents })),
        ("works", rendered(&Works { t, works })),
        ("services", services::services(ground)),
        ("clouds", clouds(ground)),
    ]
}

/// How everything is: the worst of what is told of the whole, of the parts, and of what goes on. A page that is green above
/// an open incident would be believed by nobody.
fn overall(ground: &Ground<'_>) -> Condition {
    let Some(summary) = ground.known.summary() else { return Condition::Unknown };
    let services = summary.services.iter().map(|service| service.condition);
    let open = ground.known.incidents().iter().filter(|incident| incident.is_open());
    let hurting = open.filter(|incident| incident.state != IncidentState::Monitoring).map(|incident| incident.impact);
    services.chain(hurting).chain([summary.indicator]).max().unwrap_or_default()
}

/// Whether what is told of the whole is of now.
fn is_of_now(ground: &Ground<'_>) -> bool {
    ground.known.standing(Source::Communications).answers
}

/// The state in one sentence.
pub(super) fn headline(ground: &Ground<'_>) -> &'static str {
    let say = if is_of_now(ground) { ground.t.overall_now } else { ground.t.overall_then };
    say(overall(ground))
}

fn state(ground: &Ground<'_>) -> String {
    let t = ground.t;
    let services = ground.known.summary().map(|summary| summary.services.as_slice()).unwrap_or_default();
    let works = |condition| matches!(condition, Condition::Operational | Condition::Notice);
    let working = services.iter().filter(|service| works(service.condition)).count();
    let standing = ground.known.standing(Source::Communications);
    // without an answer of now, nothing is green
    let condition = match overall(ground) {
        Condition::Operational | Condition::Notice if !standing.answers => Condition::Unknown,
        other => other,
    };
    let reported = services::of(ground).into_iter().filter_map(|service| {
        let reports = ground.known.reports(service.id.as_deref()?)?;
        (reports.state > ReportState::None).then(|| (service.component.clone(), service.name.clone()))
    });
    let fresh = ground.known.standing(Source::Incidents).answers;
    rendered(&Headline {
        t,
        condition,
        sentence: headline(ground),
        then: standing.as_of.filter(|_| !standing.answers).map(|as_of| t.moment(as_of)),
        working: (!services.is_empty()).then(|| (t.working)(working, services.len())),
        reported: if fresh { reported.collect() } else { Vec::new() },
    })
}

fn clouds(ground: &Ground<'_>) -> String {
    let providers = ground.known.providers();
    let ill = providers.iter().filter(|provider| provider.condition > Condition::Unknown);
    rendered(&Clouds {
        t: ground.t,
        known: ground.known.standing(Source::Csp).as_of.is_some(),
        all: providers.len(),
        unknown: providers.iter().filter(|provider| provider.condition == Condition::Unknown).count(),
        ill: ill.map(|one| (one.name.clone(), one.native.clone(), one.condition)).collect(),
    })
}
