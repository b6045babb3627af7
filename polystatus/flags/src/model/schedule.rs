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
