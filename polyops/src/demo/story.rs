//! The story as it stands in `story.toml`.

use serde::Deserialize;
use serde_json::Value;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// How far the story reaches back.
pub const DAYS: i64 = 90;

/// What is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Who works there.
    pub people: Vec<Person>,
    /// What can break.
    pub services: Vec<ServiceOfStory>,
    /// On what it runs, as the inventory takes it.
    pub servers: Vec<Value>,
    /// People whom flags treat alike, as the flags service takes them.
    pub segments: Vec<Value>,
    /// Flags, as the flags service takes them.
    pub flags: Vec<Value>,
    /// What is sold, as add-product takes it.
    pub products: Vec<Value>,
    /// What went wrong.
    pub incidents: Vec<IncidentOfStory>,
    /// What was planned, and is.
    pub maintenances: Vec<Maintenance>,
}

/// Somebody who works there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What the story calls them.
    pub key: String,
    /// What others call them.
    pub name: String,
    /// Where mail would reach them.
    pub email: String,
    /// What they may do.
    pub role: String,
    /// Where they work.
    pub team: String,
}

/// Something that can break.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceOfStory {
    /// As people know it.
    pub name: String,
    /// Its heading.
    pub group: String,
    /// What it does.
    pub description: String,
    /// Reports in a quarter of an hour at noon on an ordinary day.
    pub usual_reports: f64,
}

/// Something that went wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentOfStory {
    /// When it began.
    pub hours_ago: f64,
    /// In one line.
    pub title: String,
    /// How bad it was.
    pub sev: u8,
    /// What was affected.
    pub services: Vec<String>,
    /// What was known of it.
    pub summary: String,
    /// Who led the work.
    pub commander: String,
    /// How many people reported it in the worst quarter of an hour.
    #[serde(default)]
    pub reports: f64,
    /// What happened.
    pub steps: Vec<Step>,
    /// What was learnt.
    pub postmortem: Option<PostmortemOfStory>,
}

/// Something that happened in an incident.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Minutes after its beginning.
    pub after: i64,
    /// `update`, `note`, `mitigation` or `resolution`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was written.
    pub text: String,
    /// The incident's status from then on, if it was another.
    pub status: Option<String>,
    /// What the public was told of the work, if it was told.
    pub public: Option<String>,
    /// In which words; the same as inside without this.
    pub say: Option<String>,
}

/// What was learnt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostmortemOfStory {
    /// Hours after the beginning of the incident.
    pub after_hours: f64,
    /// What happened.
    pub what_happened: String,
    /// Why it could.
    pub root_cause: String,
    /// What is done about it.
    pub action_items: Vec<Value>,
}

/// Planned work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maintenance {
    /// When it was announced.
    pub announced_hours_ago: f64,
    /// When it begins, from now; before 0 is over.
    pub begins_in_hours: f64,
    /// How long it takes.
    pub hours: f64,
    /// In one line.
    pub title: String,
    /// What there is to say.
    pub message: String,
    /// What is affected.
    pub services: Vec<String>,
}

/// So many hours in seconds.
#[expect(clippy::cast_possible_truncation, reason = "a story has no hours beyond 2^53 seconds")]
pub fn seconds(hours: f64) -> i64 {
    (hours * 3600.0).round() as i64
}

impl Story {
    /// The story of this program.
    ///
    /// # Errors
    /// When it is not well written; a test sees to it that it is.
    pub fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("story.toml"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_holds_together() {
        let story = Story::read().unwrap();
        let is_service = |name: &String| story.services.iter().any(|service| service.name == *name);
        for incident in &story.incidents {
            assert!(seconds(incident.hours_ago) < (DAYS - 1) * DAY, "{}", incident.title);
            assert!(incident.services.iter().all(is_service), "{}", incident.title);
            assert!(story.people.iter().any(|person| person.key == incident.commander), "{}", incident.title);
            assert!(incident.steps.is_sorted_by_key(|step| step.after), "{}", incident.title);
            let resolved = incident.steps.iter().any(|step| step.status.as_deref() == Some("resolved"));
            assert!(resolved || seconds(incident.hours_ago) < 2 * 3600, "{} goes on for too long", incident.title);
        }
        assert!(story.maintenances.iter().all(|work| work.services.iter().all(is_service)));
        let roles = ["viewer", "responder", "manager", "admin"];
        assert!(roles.iter().all(|role| story.people.iter().any(|person| person.role == *role)));
        assert!(story.people.iter().all(|person| person.email.ends_with("@example.org")));
    }

    #[test]
    fn something_goes_on_now() {
        let story = Story::read().unwrap();
        let open =
            |incident: &&IncidentOfStory| incident.steps.iter().all(|step| step.status.as_deref() != Some("resolved"));
        assert_eq!(story.incidents.iter().filter(open).count(), 1);
        assert!(story.maintenances.iter().any(|work| work.begins_in_hours > 0.0));
    }
}
