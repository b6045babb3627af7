//! The status API of the communications service, and its banner.

use serde::Deserialize;

use super::ReadError;
use super::lenient::{id, line, list, moment, or_default, text};
use crate::model::{Banner, BannerLevel, Condition, Incident, IncidentState, Service, Update, Work, WorkState};

/// Updates of one incident that are kept.
const MOST_UPDATES: usize = 200;

/// What `summary.json` tells beside incidents and works, which are read from their own lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What the page is called.
    pub name: String,
    /// How it is as a whole.
    pub indicator: Condition,
    /// Every service, in the order in which it is shown.
    pub services: Vec<Service>,
}

#[derive(Deserialize)]
struct SummaryJson {
    #[serde(default, deserialize_with = "or_default")]
    page: PageJson,
    // these two make it a summary: without them it is something else
    status: StatusJson,
    #[serde(deserialize_with = "list")]
    components: Vec<ComponentJson>,
}

#[derive(Default, Deserialize)]
struct PageJson {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

#[derive(Deserialize)]
struct StatusJson {
    #[serde(default, deserialize_with = "or_default")]
    indicator: String,
}

#[derive(Deserialize)]
struct ComponentJson {
    #[serde(default, deserialize_with = "or_default")]
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    status: String,
    #[serde(default, deserialize_with = "or_default")]
    description: String,
    #[serde(default, deserialize_with = "or_default")]
    group_id: String,
    #[serde(default, deserialize_with = "or_default")]
    group: bool,
}

/// `summary.json`
///
/// # Errors
/// When it is none.
pub fn summary(body: &[u8]) -> Result<Summary, ReadError> {
    let json: SummaryJson = serde_json::from_slice(body)?;
    let group = |wanted: &str| {
        let found = json.components.iter().find(|one| one.group && one.id == wanted && !wanted.is_empty());
        found.map(|group| line(&group.name))
    };
    let single = json.components.iter().filter(|one| !one.group && !one.name.is_empty());
    let services = single.filter_map(|one| {
        Some(Service {
            component: id(&one.id)?,
            id: None,
            name: line(&one.name),
            group: group(&one.group_id),
            description: text(&one.description),
            condition: Condition::of_word(&one.status),
        })
    });
    Ok(Summary {
        name: line(&json.page.name),
        indicator: Condition::of_word(&json.status.indicator),
        services: services.collect(),
    })
}

#[derive(Deserialize)]
struct UpdateJson {
    #[serde(default, deserialize_with = "or_default")]
    status: String,
    #[serde(default, deserialize_with = "or_default")]
    body: String,
    #[serde(default, deserialize_with = "or_default")]
    display_at: String,
}

/// An incident, or planned work: the API has one shape for both.
#[derive(Deserialize)]
struct StoryJson {
    #[serde(default, deserialize_with = "or_default")]
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    status: String,
    #[serde(default, deserialize_with = "or_default")]
    impact: String,
    #[serde(default, deserialize_with = "or_default")]
    shortlink: String,
    #[serde(default, deserialize_with = "or_default")]
    started_at: String,
    #[serde(default, deserialize_with = "or_default")]
    resolved_at: String,
    #[serde(default, deserialize_with = "or_default")]
    scheduled_for: String,
    #[serde(default, deserialize_with = "or_default")]
    scheduled_until: String,
    #[serde(default, deserialize_with = "list")]
    incident_updates: Vec<UpdateJson>,
    #[serde(default, deserialize_with = "list")]
    components: Vec<ComponentJson>,
}

impl StoryJson {
    /// The last part of its address, as mails and feeds lead to it; else its id in the API.
    fn known_as(&self) -> Option<String> {
        let linked = self.shortlink.rsplit_once("/incidents/").and_then(|(_, last)| id(last));
        linked.or_else(|| id(&self.id))
    }

    fn services(&self) -> Vec<String> {
        self.components.iter().filter(|one| !one.group && !one.name.is_empty()).map(|one| line(&one.name)).collect()
    }

    fn updates<S>(&self, state: fn(&str) -> S) -> Vec<Update<S>> {
        let updates = self.incident_updates.iter().take(MOST_UPDATES).filter_map(|update| {
            let at = moment(&update.display_at)?;
            Some(Update { at, state: state(&update.status), text: text(&update.body) })
        });
        let mut updates: Vec<_> = updates.collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.at));
        updates
    }
}

fn incident_state(word: &str) -> IncidentState {
    match word {
        "identified" => IncidentState::Identified,
        "monitoring" => IncidentState::Monitoring,
        "resolved" | "postmortem" => IncidentState::Resolved,
        // of a word that nobody knows: it goes on
        _ => IncidentState::Investigating,
    }
}

fn work_state(word: &str) -> WorkState {
    match word {
        "in_progress" => WorkState::InProgress,
        "verifying" => WorkState::Verifying,
        "completed" => WorkState::Completed,
        _ => WorkState::Scheduled,
    }
}

#[derive(Deserialize)]
struct IncidentsJson {
    #[serde(deserialize_with = "list")]
    incidents: Vec<StoryJson>,
}

/// `incidents.json`: the newest first.
///
/// # Errors
/// When it is none.
pub fn incidents(body: &[u8]) -> Result<Vec<Incident>, ReadError> {
    let json: IncidentsJson = serde_json::from_slice(body)?;
    let incidents = json.incidents.iter().filter_map(|story| {
        Some(Incident {
            id: story.known_as()?,
            title: line(&story.name),
            state: incident_state(&story.status),
            impact: Condition::of_word(&story.impact),
            started_at: moment(&story.started_at)?,
            resolved_at: moment(&story.resolved_at),
            services: story.services(),
            updates: story.updates(incident_state),
        })
    });
    let mut incidents: Vec<Incident> = incidents.collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse(incident.started_at));
    Ok(incidents)
}

#[derive(Deserialize)]
struct WorksJson {
    #[serde(deserialize_with = "list")]
    scheduled_maintenances: Vec<StoryJson>,
}

/// `scheduled-maintenances.json`: what begins first, first.
///
/// # Errors
/// When it is none.
pub fn works(body: &[u8]) -> Result<Vec<Work>, ReadError> {
    let json: WorksJson = serde_json::from_slice(body)?;
    let works = json.scheduled_maintenances.iter().filter_map(|story| {
        Some(Work {
            id: id(&story.id)?,
            title: line(&story.name),
            state: work_state(&story.status),
            from: moment(&story.scheduled_for)?,
            until: moment(&story.scheduled_until)?,
            services: story.services(),
            updates: story.updates(work_state),
        })
    });
    let mut works: Vec<Work> = works.collect();
    works.sort_by_key(|work| work.from);
    Ok(works)
}

#[derive(Deserialize)]
struct BannerJson {
    text: String,
    #[serde(default, deserialize_with = "or_default")]
    level: String,
    from: Option<i64>,
    until: Option<i64>,
}

/// `/api/v1/banner`
///
/// # Errors
/// When it is none.
pub fn banner(body: &[u8]) -> Result<Option<Banner>, ReadError> {
    let json: BannerJson = serde_json::from_slice(body)?;
    let level = match json.level.as_str() {
        "critical" => BannerLevel::Critical,
        "warning" => BannerLevel::Warning,
        _ => BannerLevel::Info,
    };
    let text = line(&json.text);
    Ok((!text.is_empty()).then_some(Banner { text, level, from: json.from, until: json.until }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_null_or_unknown_does_not_stop_the_rest() {
        let body = br#"{"page":null,"status":{"indicator":"odd"},"components":[
            {"id":"g1","name":"Shop","group":true},
            {"id":"a1","name":"Checkout","status":"partial_outage","group_id":"g1","description":null,"new":1},
            {"id":"../x","name":"No"},{"name":null},{"id":"b1","name":"Mail"}]}"#;
        let summary = summary(body).unwrap();
        assert_eq!(summary.indicator, Condition::Unknown);
        let named: Vec<_> = summary.services.iter().map(|one| (one.name.as_str(), one.condition)).collect();
        assert_eq!(named, [("Checkout", Condition::Partial), ("Mail", Condition::Unknown)]);
        assert_eq!(summary.services[0].group.as_deref(), Some("Shop"));
    }

    #[test]
    fn what_is_something_else_is_not_taken() {
        for body in ["{}", "[]", "null", "<html>", r#"{"status":{}}"#, r#"{"components":[]}"#] {
            assert!(summary(body.as_bytes()).is_err(), "{body}");
            assert!(incidents(body.as_bytes()).is_err() && works(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn an_incident_is_known_by_the_last_part_of_its_address() {
        let body = br#"{"incidents":[{"id":"abc","name":"x","status":"new word","impact":"major",
            "shortlink":"https://status.example.org/incidents/INC-1","started_at":"2023-11-14T22:13:20.000Z",
            "incident_updates":[{"status":"monitoring","body":"b","display_at":"2023-11-14T22:13:20.000Z"},
            {"status":"resolved","body":"c","display_at":"2023-11-14T23:13:20.000Z"}]},
            {"id":"no-time","name":"y"}]}"#;
        let incidents = incidents(body).unwrap();
        assert_eq!(incidents.len(), 1);
        assert_eq!((incidents[0].id.as_str(), incidents[0].is_open()), ("INC-1", true));
        assert_eq!(incidents[0].updates[0].state, IncidentState::Resolved, "the newest first");
    }
}
