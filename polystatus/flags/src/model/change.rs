//! What was changed: a flag's history, and what listeners are told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Definition;

/// A change of a flag or of a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// What a listener has heard completely that has heard this: the store's revision that it made. Of several changes that
    /// one import makes, only the last has that number, and the others have the one before: whoever has heard some of them
    /// hears all of them again.
    #[schema(example = 1)]
    pub revision: u64,
    /// The store's revision that the import made, when the change is one of several of an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 1)]
    pub import: Option<u64>,
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
    /// Its place: what was changed later sorts later. Of one import, segments come before flags.
    pub fn place(&self) -> String {
        let prefix = Self::key_prefix(self.import.unwrap_or(self.revision));
        match &self.flag {
            Some(flag) => format!("{prefix}/{flag}"),
            // no flag's key has a dollar
            None => format!("{prefix}/$segment/{}", self.subject()),
        }
    }

    /// Its place begins with this.
    pub fn key_prefix(revision: u64) -> String {
        format!("{revision:020}")
    }

    /// Of the history of what it is: the index by which that is found, and its key.
    pub fn history(&self) -> (&'static str, &str) {
        (if self.flag.is_some() { "flag" } else { "segment" }, self.subject())
    }

    /// What it is about.
    pub fn subject(&self) -> &str {
        self.flag.as_deref().or(self.segment.as_deref()).unwrap_or_default()
    }
}
