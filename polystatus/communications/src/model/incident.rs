//! An incident: what we heard of it, and what the public was told.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Mistakes, Prose, ServiceId, present};

use super::{ComponentStatus, Impact, PublicState};

/// Where an incident stands in the incidents service. A word that is not known is one of a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KnownStatus {
    /// It hurts.
    Open,
    /// It hurts no more, and its cause is still there.
    Mitigated,
    /// It is over.
    Resolved,
}

/// What the incidents service says of an incident, as far as we need it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KnownIncident {
    /// Its id.
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is, from 1 (worst) to 4.
    pub sev: u8,
    /// What is affected, as people named it.
    #[serde(default)]
    pub services: Vec<String>,
    /// Where it stands.
    pub status: KnownStatus,
    /// When it began, in Unix seconds.
    pub started_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
    /// When it was resolved, if it is.
    #[serde(default)]
    pub resolved_at: Option<i64>,
}

/// What an update changed of a component, as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// The service's id.
    pub service: ServiceId,
    /// As it was named then.
    pub name: String,
    /// How it was before.
    pub old: ComponentStatus,
    /// How it is since.
    pub new: ComponentStatus,
}

/// What the public was told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// `UPD-` and a suffix that sorts by time.
    pub id: String,
    /// When, in Unix seconds.
    pub ts: i64,
    /// What.
    pub message: Prose<5000>,
    /// How far the work is.
    pub state: PublicState,
    /// Who said it: a user's id, or `api-token`.
    pub by: String,
    /// What it changed of which component.
    pub affected: Vec<Affected>,
}

/// What is said in public, as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Announcement {
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub ts: i64,
    /// What.
    #[schema(example = "Payments fail for some of you; we look for the cause")]
    pub message: String,
    /// How far the work is.
    pub state: PublicState,
}

/// An incident, as it is kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The incidents service's id.
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is, from 1 (worst) to 4.
    pub sev: u8,
    /// What is affected, as people named it.
    pub services: Vec<String>,
    /// Where it stands; none as long as the incidents service has not spoken of it.
    pub status: Option<KnownStatus>,
    /// When it began, in Unix seconds.
    pub started_at: i64,
    /// When the incidents service last changed it.
    pub updated_at: i64,
    /// When it was resolved there.
    pub resolved_at: Option<i64>,
    /// What the public was told, the oldest first. Empty: the public does not know of it.
    pub updates: Vec<Update>,
}

impl Incident {
    /// One of which nothing is known but its id.
    pub fn unheard_of(id: &str, now: i64) -> Self {
        Self {
            id: id.to_owned(),
            title: format!("Incident {id}"),
            sev: 3,
            services: Vec::new(),
            status: None,
            started_at: now,
            updated_at: 0,
            resolved_at: None,
            updates: Vec::new(),
        }
    }

    /// The same incident, with what the incidents service says of it now; `None` when that is older than what we know.
    #[must_use]
    pub fn heard(&self, known: &KnownIncident) -> Option<Self> {
        if self.status.is_some() && known.updated_at < self.updated_at {
            return None;
        }
        Some(Self {
            id: self.id.clone(),
            title: known.title.clone(),
            sev: known.sev.clamp(1, 4),
            services: known.services.clone(),
            status: Some(known.status),
            started_at: known.started_at,
            updated_at: known.updated_at,
            resolved_at: known.resolved_at,
            updates: self.updates.clone(),
        })
    }

    /// Whether the public knows of it.
    pub fn is_public(&self) -> bool {
        !self.updates.is_empty()
    }

    /// What the public was told last.
    pub fn last(&self) -> Option<&Update> {
        self.updates.last()
    }

    /// How far it is, for the public: over when the incidents service says so, otherwise as it was last told.
    pub fn public_state(&self) -> PublicState {
        if self.status == Some(KnownStatus::Resolved) {
            return PublicState::Resolved;
        }
        self.last().map_or(PublicState::Investigating, |update| update.state)
    }

    /// The word of the incidents service, or what follows from what was told.
    pub fn known_status(&self) -> KnownStatus {
        self.status.unwrap_or(match self.public_state() {
            PublicState::Investigating | PublicState::Identified => KnownStatus::Open,
            PublicState::Monitoring => KnownStatus::Mitigated,
            PublicState::Resolved => KnownStatus::Resolved,
        })
    }

    /// What it makes of the components that it names: the worse of what is known and what is told counts, since a page
    /// that is green during an outage is believed by nobody the next time.
    pub fn effect(&self) -> ComponentStatus {
        match self.known_status() {
            KnownStatus::Open => ComponentStatus::of_severity(self.sev),
            KnownStatus::Mitigated | KnownStatus::Resolved => ComponentStatus::Operational,
        }
    }

    /// How much it hurts, or hurt.
    pub fn impact(&self) -> Impact {
        Impact::of_severity(self.sev)
    }

    /// The ids of the services that it names, each once.
    pub fn service_ids(&self) -> Vec<ServiceId> {
        let mut ids: Vec<ServiceId> = self.services.iter().filter_map(|name| name.parse().ok()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// When the public was first told that it is in this state.
    pub fn first_in(&self, state: PublicState) -> Option<i64> {
        self.updates.iter().find(|update| update.state == state).map(|update| update.ts)
    }

    /// When it was over, if it is.
    pub fn over_at(&self) -> Option<i64> {
        if self.public_state() != PublicState::Resolved {
            return None;
        }
        let told = self.last().filter(|update| update.state == PublicState::Resolved).map(|update| update.ts);
        told.or(self.resolved_at).or(Some(self.updated_at))
    }
}

/// What the public is to be told.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnounceInput {
    /// Of which incident.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "INC-1JN7W800000000000",
        min_length = 1,
        max_length = 100,
        pattern = "^[A-Za-z0-9_-]+$"
    )]
    incident_id: Option<String>,
    /// What.
    #[serde(default, deserialize_with = "present")]
    #[schema(
        nullable = false,
        required,
        example = "Payments fail for some of you; we look for the cause",
        min_length = 1,
        max_length = 5000,
        pattern = "^[!-~][^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
    )]
    message: Option<String>,
    /// How far the work is.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, required, value_type = PublicState)]
    state: Option<String>,
}

/// The id of an incident: a part of keys and of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct IncidentId(String);

impl std::str::FromStr for IncidentId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=100).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be the id of an incident, such as INC-1JN7W800000000000")
        }
    }
}

impl AnnounceInput {
    /// The incident's id, what is to be said, and in which state.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(&self) -> Result<(String, Prose<5000>, PublicState), ApiError> {
        let mut mistakes = Mistakes::default();
        let id = mistakes.required::<IncidentId>("incident_id", self.incident_id.as_deref());
        let message = mistakes.required::<Prose<5000>>("message", self.message.as_deref());
        let message = message.and_then(|message| mistakes.note("message", message.not_blank()));
        let state = mistakes.required("state", self.state.as_deref());
        let announcement = (|| Some((id?.0, message?, state?)))();
        mistakes.none_or(announcement)
    }
}

impl From<&Update> for Announcement {
    fn from(update: &Update) -> Self {
        Self { ts: update.ts, message: update.message.to_string(), state: update.state }
    }
}
