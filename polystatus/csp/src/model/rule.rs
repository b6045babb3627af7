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
    #[schema(nullable = false, required, value_type = State, example = "partial_outage")]
    from: Option<String>,
    /// How bad the incident is for us.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = i64, minimum = 1, maximum = 4, example = 3)]
    sev: Option<Whole>,
    /// Which of our services it affects.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["Checkout"]))]
    services: Vec<String>,
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
        let services = super::watch::lines(mistakes, "opens.services", &self.services);
        Some(Rule { from: from?, sev: sev?, services: services? })
    }
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
