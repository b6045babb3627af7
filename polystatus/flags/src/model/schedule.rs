//! Changes that are made at their time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Proposal;

/// A change that is made at its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// `SCH-` and a suffix.
    #[schema(example = "SCH-0000000000000001")]
    pub id: String,
    /// When, in Unix seconds.
    #[schema(example = 1_700_003_600)]
    pub at: i64,
    /// What.
    pub change: Proposal,
    /// What became of it.
    pub state: ScheduleState,
    /// Why it failed.
    #[schema(example = json!(null))]
    pub failure: Option<String>,
    /// Who planned it.
    #[schema(example = "api-token")]
    pub by: String,
    /// When it was planned, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// Grows from one plan to the next: of those for the same second, the one that was made first comes first.
    #[serde(default)]
    #[schema(example = 1)]
    pub number: u64,
    /// What somebody has agreed to; null when nobody had to.
    #[serde(default)]
    pub agreed: Option<Agreed>,
    /// Of a kill switch that is to be put back: the version, as in its `ETag`, that the flag will have at that time, if
    /// nothing comes between. When it is another by then, the change has failed. Null for every other change.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub base_version: Option<u64>,
}

/// What was agreed to: a change of what was there then, and of nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agreed {
    /// The request.
    #[schema(example = "REQ-0000000000000001")]
    pub request: String,
    /// The version, as in its `ETag`, that what is to be changed will have at that time, if nothing comes between; null
    /// when there is none. When it is another by then, the change has failed.
    #[schema(example = 1)]
    pub base_version: Option<u64>,
}

/// What became of a change that was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScheduleState {
    /// Its time has not come.
    Pending,
    /// It was made.
    Applied,
    /// It could not be made.
    Failed,
    /// Somebody took it back.
    Cancelled,
}

impl Schedule {
    /// Why it may not be made of what has this version, if it may not: what was agreed to is a change of what was there
    /// then, and a kill switch that was pulled later is not put back by whoever could not know of it.
    pub fn outdated(&self, version: Option<u64>) -> Option<&'static str> {
        match (&self.agreed, &self.change) {
            (Some(agreed), _) if agreed.base_version != version => {
                Some("What this would change was changed since somebody agreed to it: ask anew")
            }
            (None, Proposal::Restore { .. }) if self.base_version != version => {
                Some("The flag was changed, or killed, since this was planned: look at it again, and plan it anew")
            }
            _ => None,
        }
    }

    /// The same, for what has this version by then.
    #[must_use]
    pub fn rebased(&self, version: Option<u64>) -> Self {
        let agreed = self.agreed.clone().map(|agreed| Agreed { base_version: version, ..agreed });
        let base_version = if self.agreed.is_none() && self.is_restore() { version } else { None };
        Self { agreed, base_version, ..self.clone() }
    }

    /// Whether it holds for one version only.
    pub fn is_bound(&self) -> bool {
        self.agreed.is_some() || self.is_restore()
    }

    fn is_restore(&self) -> bool {
        matches!(self.change, Proposal::Restore { .. })
    }
}

impl ScheduleState {
    /// As in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}
