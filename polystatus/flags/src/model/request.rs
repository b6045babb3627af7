//! Changes to which another person must agree.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Proposal;

/// A change to which another person must agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeRequest {
    /// `REQ-` and a suffix.
    #[schema(example = "REQ-0000000000000001")]
    pub id: String,
    /// What is to be changed.
    pub change: Proposal,
    /// When, in Unix seconds; null: as soon as somebody agrees.
    #[schema(example = json!(null))]
    pub at: Option<i64>,
    /// Why.
    #[schema(example = "The old checkout is switched off on Monday")]
    pub reason: String,
    /// The version, as in its `ETag`, that what is to be changed had when this was asked for; null when there was none. Of
    /// a planned change that is to be taken back, its `number` for as long as it is pending.
    /// When it is another by the time somebody agrees, they would agree to something else.
    #[schema(example = 1)]
    pub base_version: Option<u64>,
    /// What became of it.
    pub state: RequestState,
    /// Whose it is.
    #[schema(example = "USR-1JN7W800000000000")]
    pub author: String,
    /// Since when, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// Who decided, and when.
    pub decision: Option<Decision>,
    /// The planned change that an approval has made of it.
    #[schema(example = json!(null))]
    pub schedule: Option<String>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RequestState {
    /// Nobody has decided.
    Open,
    /// Another person has agreed: it was made, or is planned.
    Approved,
    /// It will not be made.
    Rejected,
}

/// Who decided on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// A user's id, or `api-token`.
    #[schema(example = "api-token")]
    pub by: String,
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// What they said.
    #[schema(example = "")]
    pub comment: String,
}

impl RequestState {
    /// As in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}
