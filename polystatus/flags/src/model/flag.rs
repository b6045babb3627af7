//! A flag, as it is kept and shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Definition;

/// A flag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Flag {
    /// What people decide of it.
    #[serde(flatten)]
    pub definition: Definition,
    /// Somebody has pulled the kill switch: it is off, and stays so until it is restored.
    pub killed: Option<Kill>,
    /// Counts its changes, from 1; a flag that is deleted and made anew goes on counting.
    #[schema(example = 1)]
    pub version: u64,
    /// When it was made, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
    /// By whom.
    #[schema(example = "api-token")]
    pub updated_by: String,
}

/// Who has pulled the kill switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kill {
    /// A user's id, or `api-token`: whoever has pulled it last.
    #[schema(example = "api-token")]
    pub by: String,
    /// Since when it is pulled, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// Why, as whoever has pulled it last says.
    #[schema(example = "Orders are lost")]
    pub reason: String,
}

impl Flag {
    /// Whether rules are looked at.
    pub fn is_on(&self) -> bool {
        self.definition.on && self.killed.is_none()
    }

    /// Its key.
    pub fn id(&self) -> &str {
        self.definition.id.as_str()
    }
}
