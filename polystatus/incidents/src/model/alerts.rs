//! What Alertmanager says: a group of alerts that fire or have ended, as version 4 of its webhook has it.

use std::collections::BTreeMap;
use std::fmt::Write;

use chassis::ApiError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Line, MOST_SERVICES, Mistakes, NewIncident, Prose, ServiceId, Severity, present};

/// Alerts of one message at most. What a body may hold is fewer, of the usual length.
pub const MOST_ALERTS: usize = 100;

/// Alerts that the timeline names one by one.
const NAMED: usize = 20;

/// Characters of a line in the timeline at most.
const LONGEST_LINE: usize = 300;

/// A group of alerts. Newer versions of Alertmanager may say more: what is not known here is passed over.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct AlertsInput {
    /// Of the message: `4`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, example = "4", pattern = "^4$")]
    version: Option<String>,
    /// What the group has in common: the same key is the same incident.
    #[serde(default, rename = "groupKey", deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "{}:{alertname=\"ServiceDown\"}",
        min_length = 1,
        max_length = 1000,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    group_key: Option<String>,
    /// The alerts that fire, and those that have ended since the last message.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, min_items = 1, max_items = 100)]
    alerts: Option<Vec<AlertInput>>,
}

/// One alert.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct AlertInput {
    /// `firing` or `resolved`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, example = "firing", pattern = "^(firing|resolved)$")]
    status: Option<String>,
    /// What tells it from others: `alertname`, `severity`, `service` or `job` mean something here.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = std::collections::HashMap<String, String>, example = json!({"alertname": "ServiceDown", "job": "documents-api", "severity": "page"}))]
    labels: Option<BTreeMap<String, String>>,
    /// What is to be read: `summary`, `description` and `runbook` are shown.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = std::collections::HashMap<String, String>, example = json!({"summary": "documents-api does not answer"}))]
    annotations: Option<BTreeMap<String, String>>,
    /// Since when it fires.
    #[serde(default, rename = "startsAt", deserialize_with = "present")]
    #[schema(nullable = false, required, format = DateTime, example = "2026-11-23T18:00:00Z")]
    starts_at: Option<String>,
    /// Made of its labels by Alertmanager.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "b9b1c5d1a0f1e2d3",
        min_length = 1,
        max_length = 64,
        pattern = "^[!-~]([ -~]*[!-~])?$"
    )]
    fingerprint: Option<String>,
}

/// A group of alerts that is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// The same key is the same incident.
    pub group: String,
    /// In the order of the message, and never empty.
    pub alerts: Vec<Alert>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Whether it goes on.
    pub fires: bool,
    /// What tells it from the others of its group.
    pub fingerprint: String,
    /// Since when it fires, in Unix seconds.
    pub since: i64,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

/// What is known of a group: its incident, and which alerts fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertGroup {
    /// Alertmanager's key.
    pub key: String,
    /// The incident that was opened for it.
    pub incident: String,
    /// What fires, and since when: the same again is no news.
    pub firing: BTreeMap<String, i64>,
    /// When it was last heard of, in Unix seconds.
    pub at: i64,
}

impl AlertsInput {
    /// The group.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(self) -> Result<Alerts, ApiError> {
        let mut mistakes = Mistakes::default();
        match self.version.as_deref() {
            Some("4") => {}
            Some(_) => mistakes.add("version", "must be 4: the version of Alertmanager's webhook that is read here"),
            None => drop(mistakes.missing::<()>("version")),
        }
        let group = mistakes.required::<Line<1000>>("groupKey", self.group_key.as_deref());
        let alerts = match self.alerts {
            None => mistakes.missing("alerts"),
            Some(alerts) if alerts.is_empty() || alerts.len() > MOST_ALERTS => {
                mistakes.add("alerts", format!("must be 1 to {MOST_ALERTS}"));
                None
            }
            Some(alerts) => {
                let read = alerts.into_iter().enumerate().map(|(place, alert)| alert.validate(place, &mut mistakes));
                // to the end, so that every mistake is named
                let read: Vec<_> = read.collect();
                read.into_iter().collect::<Option<Vec<_>>>()
            }
        };
        mistakes.none_or(group.zip(alerts).map(|(group, alerts)| Alerts { group: group.to_string(), alerts }))
    }
}

impl AlertInput {
    fn validate(self, place: usize, mistakes: &mut Mistakes) -> Option<Alert> {
        let field = |name: &str| format!("alerts[{place}].{name}");
        let mut needed = |name: &str, text: Option<String>| {
            if text.is_none() {
                mistakes.add(field(name), "is required");
            }
            text
        };
        let status = needed("status", self.status);
        let starts_at = needed("startsAt", self.starts_at);
        let fingerprint = needed("fingerprint", self.fingerprint);
        let fires = status.and_then(|status| match status.as_str() {
            "firing" => Some(true),
            "resolved" => Some(false),
            _ => {
                mistakes.add(field("status"), "must be firing or resolved");
                None
            }
        });
        let since = starts_at.and_then(|time| {
            let time = time.parse::<Timestamp>().map_err(|_| "must be a time as 2026-11-23T18:00:00Z");
            mistakes.note(field("startsAt"), time)
        });
        let fingerprint = fingerprint.and_then(|text| mistakes.parse::<Line<64>>(field("fingerprint"), &text));
        if self.labels.is_none() {
            mistakes.add(field("labels"), "is required");
        }
        Some(Alert {
            fires: fires?,
            fingerprint: fingerprint?.to_string(),
            since: since?.as_second(),
            labels: self.labels?,
            annotations: self.annotations.unwrap_or_default(),
        })
    }
}

impl Alerts {
    /// The incident that this group is. The worst alert that fires says how bad it is.
    pub fn incident(&self, source: Line<100>) -> Option<NewIncident> {
        let firing: Vec<&Alert> = self.alerts.iter().filter(|alert| alert.fires).collect();
        let first = firing.first()?;
        let more = match firing.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let title = format!("{}{more}", cut(&first.title(), 180)).parse().ok()?;
        Some(NewIncident {
            title,
            sev: firing.iter().map(|alert| alert.severity()).min()?,
            services: services(&firing),
            summary: first.summary(),
            source,
            servers: Vec::new(),
        })
    }
}

impl Alert {
    /// The alert in a line.
    pub fn title(&self) -> String {
        let named = self.annotations.get("summary").into_iter().chain(self.labels.get("alertname"));
        let title = named.map(|text| one_line(text)).find(|text| !text.is_empty());
        title.unwrap_or_else(|| "An alert without a name".to_owned())
    }

    fn summary(&self) -> Prose<5000> {
        let described = self.annotations.get("description").map(|text| cut(&one_line(text), 4000));
        let runbook = self.annotations.get("runbook").or_else(|| self.annotations.get("runbook_url"));
        let runbook = runbook.map(|text| format!("Runbook: {}", cut(&one_line(text), 500)));
        let paragraphs: Vec<String> = described.into_iter().chain(runbook).collect();
        paragraphs.join("\n\n").parse().unwrap_or_default()
    }

    /// By the label `sev`, a number; else by `severity`, in the words that are usual.
    fn severity(&self) -> Severity {
        if let Some(sev) = self.labels.get("sev").and_then(|number| number.parse().ok()) {
            return sev;
        }
        match self.labels.get("severity").map(String::as_str) {
            Some("page" | "critical" | "error") => Severity::OF_A_PAGE,
            Some("info" | "none") => Severity::LEAST,
            _ => Severity::OF_A_TICKET,
        }
    }
}

/// The services that these alerts name, each once.
fn services(alerts: &[&Alert]) -> Vec<Line<100>> {
    let (mut kept, mut seen) = (Vec::new(), Vec::new());
    for alert in alerts {
        let name = alert.labels.get("service").or_else(|| alert.labels.get("job"));
        let Some(name) = name.map(|name| one_line(name)) else { continue };
        let (Ok(line), Ok(id)) = (name.parse::<Line<100>>(), name.parse::<ServiceId>()) else { continue };
        if !seen.contains(&id) && kept.len() < MOST_SERVICES {
            seen.push(id);
            kept.push(line);
        }
    }
    kept
}

/// What the timeline tells of these alerts, a line for each of the first.
pub fn told(fires: &[&Alert], ended: &[&Alert]) -> String {
    let lines = fires.iter().map(|alert| ("Fires", alert)).chain(ended.iter().map(|alert| ("Ended", alert)));
    let mut text = String::new();
    for (what, alert) in lines.take(NAMED) {
        let begin = if text.is_empty() { "" } else { "\n" };
        // writing to a String cannot fail
        let _ = write!(text, "{begin}{what}: {}", cut(&alert.title(), LONGEST_LINE));
    }
    let more = (fires.len() + ended.len()).saturating_sub(NAMED);
    if more > 0 {
        let _ = write!(text, "\nAnd {more} more");
    }
    text
}

/// Labels and annotations may hold anything; a title may not.
fn one_line(text: &str) -> String {
    let blanks = text.split(|c: char| c.is_control() || c.is_whitespace());
    blanks.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn alert(labels: &serde_json::Value, annotations: &serde_json::Value) -> Alert {
        let input = json!({"version": "4", "groupKey": "x", "alerts": [{
            "status": "firing", "labels": labels, "annotations": annotations,
            "startsAt": "2026-11-23T18:00:00.123Z", "fingerprint": "1"
        }]});
        let read: AlertsInput = serde_json::from_value(input).unwrap();
        read.validate().unwrap().alerts.remove(0)
    }

    #[test]
    fn how_bad_it_is_stands_in_its_labels() {
        for (labels, expected) in [
            (json!({"severity": "page"}), 2),
            (json!({"severity": "critical"}), 2),
            (json!({"severity": "ticket"}), 3),
            (json!({"severity": "info"}), 4),
            (json!({"severity": "page", "sev": "1"}), 1),
            (json!({"severity": "page", "sev": "9"}), 2),
            (json!({}), 3),
        ] {
            assert_eq!(i64::from(alert(&labels, &json!({})).severity()), expected, "{labels}");
        }
    }

    #[test]
    fn whatever_an_alert_is_called_makes_a_title() {
        let long = "x".repeat(5000);
        for (labels, annotations, expected) in [
            (json!({"alertname": "Down"}), json!({"summary": "a\n\u{7}b "}), "a b"),
            (json!({"alertname": "Down"}), json!({"summary": " "}), "Down"),
            (json!({}), json!({}), "An alert without a name"),
        ] {
            assert_eq!(alert(&labels, &annotations).title(), expected);
        }
        let group = Alerts {
            group: "x".to_owned(),
            alerts: vec![
                alert(&json!({"job": "?"}), &json!({"summary": long, "description": long, "runbook": long}));
                MOST_ALERTS
            ],
        };
        let incident = group.incident("alertmanager".parse().unwrap()).unwrap();
        assert!(incident.title.as_str().ends_with("… (and 99 more)"), "{}", incident.title);
        assert!(incident.summary.as_str().len() > 4000 && incident.services.is_empty());
        let all: Vec<&Alert> = group.alerts.iter().collect();
        let told = told(&all, &[]);
        assert!(told.parse::<Prose<10_000>>().is_ok() && told.ends_with("And 80 more"), "{told}");
    }

    #[test]
    fn every_mistake_is_named() {
        let wrong = |input: serde_json::Value| {
            let read: AlertsInput = serde_json::from_value(input).unwrap();
            let error = read.validate().unwrap_err();
            error.details().iter().map(|detail| detail.field.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(wrong(json!({})), ["version", "groupKey", "alerts"]);
        assert_eq!(wrong(json!({"version": "3", "groupKey": " ", "alerts": []})), ["version", "groupKey", "alerts"]);
        let one = json!({"status": "broken", "startsAt": "yesterday", "fingerprint": ""});
        assert_eq!(
            wrong(json!({"version": "4", "groupKey": "x", "alerts": [one, {}]}))[..4],
            ["alerts[0].status", "alerts[0].startsAt", "alerts[0].fingerprint", "alerts[0].labels"]
        );
    }
}
