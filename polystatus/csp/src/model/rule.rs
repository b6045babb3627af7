//! When an event of a provider opens an incident of our own, and what became of that.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, Mistakes, ServiceId, Whole, present};

use super::{Severity, State};

/// An event that concerns us, goes on, and is at least so bad opens an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rule {
    /// From which state on.
    pub from: State,
    /// How bad the incident is for us.
    #[schema(value_type = i64, minimum = 1, maximum = 4, example = 3)]
    pub sev: Severity,
    /// Which of our services it affects.
    #[schema(value_type = Vec<String>, example = json!(["Checkout"]))]
    pub services: Vec<Line<100>>,
}

/// [`Rule`], as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleInput {
    /// From which state on: `degraded`, `partial_outage` or `major_outage`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = BadState, example = "partial_outage")]
    from: Option<String>,
    /// How bad the incident is for us.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = i64, minimum = 1, maximum = 4, example = 3)]
    sev: Option<Whole>,
    /// Which of our services it affects.
    #[serde(default)]
    #[schema(schema_with = super::watch::names)]
    services: Vec<String>,
}

/// States that open an incident.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "a description: the word is read by State")]
enum BadState {
    Degraded,
    PartialOutage,
    MajorOutage,
}

impl RuleInput {
    /// The rule that a client wants, or the mistakes noted.
    pub(super) fn validate(&self, mistakes: &mut Mistakes) -> Option<Rule> {
        let from = match self.from.as_deref().map(str::parse) {
            None => mistakes.missing("opens.from"),
            Some(Ok(state)) if state > State::Unknown => Some(state),
            // every page has a notice now and then, and nobody wants an incident for what nobody knows
            Some(_) => {
                mistakes.add("opens.from", "must be degraded, partial_outage or major_outage");
                None
            }
        };
        let sev = match self.sev {
            None => mistakes.missing("opens.sev"),
            Some(sev) => mistakes.note("opens.sev", Severity::try_from(sev.0)),
        };
        let services = services(mistakes, "opens.services", &self.services);
        Some(Rule { from: from?, sev: sev?, services: services? })
    }
}

/// Names of our services, as the incidents service takes them, or the mistakes noted.
pub(crate) fn services(mistakes: &mut Mistakes, field: &'static str, texts: &[String]) -> Option<Vec<Line<100>>> {
    let names = super::watch::lines(mistakes, field, texts)?;
    // a name without a letter or a digit names nothing there, and the incident would be refused
    let has_id = |(place, name): (usize, &Line<100>)| {
        mistakes.parse::<ServiceId>(format!("{field}[{place}]"), name.as_str()).is_some()
    };
    // all of them first, so that every mistake is named
    let fit: Vec<bool> = names.iter().enumerate().map(has_id).collect();
    fit.iter().all(|fits| *fits).then_some(names)
}

/// An incident that is to be opened for an event, or was. Written with the event, in one step; sent afterwards, until the
/// incidents service has it. There is one for each event for ever, so that none opens two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Of whom.
    pub provider: ServiceId,
    /// The event's id.
    pub event: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is for us.
    pub sev: Severity,
    /// Which of our services it affects.
    pub services: Vec<Line<100>>,
    /// What the provider says.
    pub summary: String,
    /// When it was decided, in Unix seconds.
    pub at: i64,
    /// What became of it.
    pub state: OpeningState,
    /// What the incident is to be told, and has not been yet: the event is over, or goes on again.
    #[serde(default)]
    pub turn: Option<Turn>,
    /// The end of the event as one reading had it: it is told when the next one has it too.
    #[serde(default)]
    pub ending: Option<Turn>,
    /// Whether it was told last that the event is over.
    #[serde(default)]
    pub over: bool,
    /// Whether the provider had said so then.
    #[serde(default)]
    pub said: bool,
    /// How often we have changed its status. When it was changed more often, people have it in hand.
    #[serde(default)]
    pub status_changes: usize,
}

impl Opening {
    /// The incident, once it is open.
    pub fn incident(&self) -> Option<&str> {
        if let OpeningState::Opened(id) = &self.state { Some(id) } else { None }
    }
}

/// An event has ended, or goes on again after that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Whether it is over.
    pub over: bool,
    /// Whether the provider has said so; else we take its silence for it, and that resolves nothing.
    #[serde(default)]
    pub said: bool,
    /// When we saw it, in Unix seconds.
    pub at: i64,
    /// In the provider's own words.
    pub words: String,
}

/// What became of an incident that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningState {
    /// The incidents service does not have it yet.
    Wanted,
    /// It has, under this id.
    Opened(String),
    /// It does not want it, for this reason.
    Refused(String),
}
