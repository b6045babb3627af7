//! What went wrong, and what was told of it.

use askama::Template;

use super::{Ground, rendered};
use crate::model::{Condition, Incident, Work, WorkState};
use crate::pages::shapes;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "history.html")]
struct History<'a> {
    t: &'a Texts,
    known: bool,
    months: Vec<Month<'a>>,
}

struct Month<'a> {
    name: String,
    stories: Vec<Story<'a>>,
}

enum Story<'a> {
    Incident(&'a Incident),
    Work(&'a Work),
}

impl Story<'_> {
    fn at(&self) -> i64 {
        match self {
            Self::Incident(incident) => incident.started_at,
            Self::Work(work) => work.from,
        }
    }
}

#[derive(Template)]
#[template(path = "incident.html")]
struct IncidentPart<'a> {
    t: &'a Texts,
    incident: &'a Incident,
    lasted: Option<String>,
}

pub(super) fn history(ground: &Ground<'_>) -> String {
    let incidents = ground.known.incidents().iter().map(|incident| Story::Incident(incident));
    let over = ground.known.works().iter().filter(|work| work.state == WorkState::Completed);
    let mut stories: Vec<Story<'_>> = incidents.chain(over.map(Story::Work)).collect();
    stories.sort_by_key(|story| std::cmp::Reverse(story.at()));
    let mut months: Vec<Month<'_>> = Vec::new();
    for story in stories {
        let name = ground.t.month(story.at());
        match months.last_mut().filter(|month| month.name == name) {
            Some(month) => month.stories.push(story),
            None => months.push(Month { name, stories: vec![story] }),
        }
    }
    rendered(&History { t: ground.t, known: ground.known.summary().is_some(), months })
}

pub(super) fn incident(ground: &Ground<'_>, incident: &Incident) -> String {
    let t = ground.t;
    let lasted = incident.resolved_at.map(|end| (t.lasted)((end - incident.started_at).max(0)));
    rendered(&IncidentPart { t, incident, lasted })
}
