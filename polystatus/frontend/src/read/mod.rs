//! What peers answer, made into what pages show: pure functions, tolerant of what they do not know.
//!
//! A peer is one of ours, and may be a newer one, an older one, or one that somebody has taken over. So a field that is
//! missing or null is taken for absent, a word that nobody knows is [`Condition::Unknown`](crate::model::Condition), lists
//! and texts are cut where no honest answer comes near, and what is no JSON of this kind at all is an error: then what was
//! known before stays.

mod catalogue;
mod lenient;
mod providers;
mod servers;
mod statuspage;

pub use catalogue::{CatalogueEntry, catalogue, reports};
pub use providers::{ProviderEvent, ProviderHistory, provider_days, provider_events, providers};
pub use servers::{Servers, servers};
pub use statuspage::{Summary, banner, incidents, summary, works};

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON, or no JSON of this kind.
    #[error("it cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It has not the element that it should have.
    #[error("it has no {0}> in UTF-8")]
    Other(&'static str),
}
