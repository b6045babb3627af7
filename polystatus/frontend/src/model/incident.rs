//! What was told: of incidents, of planned work, and above everything else.

use super::Condition;

/// How far the work on an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentState {
    /// Nobody knows the cause yet.
    Investigating,
    /// The cause is known.
    Identified,
    /// It is mended, and watched.
    Monitoring,
    /// It is over.
    Resolved,
}

/// Where planned work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkState {
    /// To come.
    Scheduled,
    /// Under way.
    InProgress,
    /// Done, and looked at.
    Verifying,
    /// Over.
    Completed,
}

/// What was told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update<S> {
    /// When, in Unix seconds.
    pub at: i64,
    /// How far the work was.
    pub state: S,
    /// What.
    pub text: String,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Letters, digits, `-` and `_`: the last part of its address.
    pub id: String,
    /// In one line.
    pub title: String,
    /// How far the work is.
    pub state: IncidentState,
    /// How much it hurts, or hurt.
    pub impact: Condition,
    /// When it began, in Unix seconds.
    pub started_at: i64,
    /// When it was over.
    pub resolved_at: Option<i64>,
    /// The names of what is affected.
    pub services: Vec<String>,
    /// What was told, the newest first.
    pub updates: Vec<Update<IncidentState>>,
}

impl Incident {
    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.state != IncidentState::Resolved
    }
}

/// Planned work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Letters, digits, `-` and `_`.
    pub id: String,
    /// In one line.
    pub title: String,
    /// Where it stands.
    pub state: WorkState,
    /// When it begins, in Unix seconds.
    pub from: i64,
    /// When it ends.
    pub until: i64,
    /// The names of what is affected.
    pub services: Vec<String>,
    /// What was told, the newest first.
    pub updates: Vec<Update<WorkState>>,
}

/// How loud the text above every page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerLevel {
    /// Worth knowing.
    Info,
    /// Worth acting on.
    Warning,
    /// Urgent.
    Critical,
}

/// The text above every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// What.
    pub text: String,
    /// How loud.
    pub level: BannerLevel,
    /// From when it is shown, in Unix seconds.
    pub from: Option<i64>,
    /// Until when.
    pub until: Option<i64>,
}

impl Banner {
    /// Whether it is to be shown at this moment.
    pub fn is_shown_at(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}
