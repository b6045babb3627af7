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
