//! An event of a provider, as it is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::ServiceId;

use super::State;
use crate::feeds::Kind;

/// An incident or planned work of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderEvent {
    /// Whose it is.
    #[schema(value_type = String, example = "github")]
    pub provider: ServiceId,
    /// The provider's own id of it.
    #[schema(example = "jxd617hfwfq8")]
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// In one line.
    #[schema(example = "Incident with Pull Requests")]
    pub title: String,
    /// What it concerns, as one text.
    #[schema(example = "Pull Requests")]
    pub service: String,
    /// What it concerns.
    pub services: Vec<String>,
    /// Where.
    pub regions: Vec<String>,
    /// Where it stands, in the provider's own words.
    #[schema(example = "investigating critical")]
    pub status: String,
    /// How bad it is, or was.
    pub state: State,
    /// Whether it goes on.
    pub active: bool,
    /// Whether it concerns what we watch of the provider.
    pub watched: bool,
    /// When it began, in Unix seconds; when it was first seen, if the provider does not say.
    #[schema(example = 1_700_000_000)]
    pub ts_start: i64,
    /// When the provider said the last about it.
    #[schema(example = 1_700_000_300)]
    pub ts_update: i64,
    /// When it was over, or will be.
    pub ts_end: Option<i64>,
    /// Where people read about it.
    pub url: Option<String>,
    /// What the provider said last, as text.
    pub message: String,
    /// The incident that was opened for it.
    #[schema(example = "INC-1JN7W800000000000")]
    pub incident: Option<String>,
}

impl ProviderEvent {
    /// Its key in the store.
    pub fn key_of(provider: &ServiceId, id: &str) -> String {
        format!("{provider}/{id}")
    }
}
