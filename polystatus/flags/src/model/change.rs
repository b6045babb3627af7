//! What was changed: a flag's history, and what listeners are told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Definition;

/// A change of a flag or of a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The store's revision that it made: unique and growing, but for several flags that one import changes.
    #[schema(example = 1)]
    pub revision: u64,
    /// The flag.
    #[schema(example = "new-checkout")]
    pub flag: Option<String>,
    /// Or the segment.
    #[schema(example = json!(null))]
    pub segment: Option<String>,
    /// `created`, `updated`, `toggled`, `killed`, `restored`, `rolled-back`, `imported` or `deleted`.
    #[schema(example = "created")]
    pub action: String,
    /// Of the flag, after the change.
    #[schema(example = 1)]
    pub version: u64,
    /// Who: a user's id, `api-token`, or `schedule` with the id of what was planned.
    #[schema(example = "api-token")]
    pub by: String,
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// The flag after the change; null when it was deleted, and for a segment.
    pub definition: Option<Definition>,
}

impl Change {
    /// Its key begins with this: what was changed later sorts later.
    pub fn key_prefix(revision: u64) -> String {
        format!("{revision:020}")
    }

    /// What it is about.
    pub fn subject(&self) -> &str {
        self.flag.as_deref().or(self.segment.as_deref()).unwrap_or_default()
    }
}
