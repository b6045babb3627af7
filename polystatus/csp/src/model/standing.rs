//! How a provider was when it was last looked at.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::ServiceId;

use super::State;
use crate::feeds::{Format, Source};

/// A statement that the state was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceView {
    /// Who says it.
    pub source: Source,
    /// Of what: a component's or an incident's name; empty for the page, and for all components that are well.
    #[schema(example = "Pull Requests")]
    pub name: String,
    /// In the provider's own words.
    #[schema(example = "major_outage")]
    pub native: String,
    /// In ours.
    pub state: State,
    /// Whether it concerns what we watch, and so counts.
    pub counts: bool,
    /// How many say the same: components that are well are told together.
    #[schema(example = 1)]
    pub number: usize,
}

/// How a provider was when it was last looked at, and what came of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Of whom.
    pub provider: ServiceId,
    /// The worst that was said at the last reading.
    pub state: State,
    /// In the provider's own words.
    pub native: String,
    /// What it was made of.
    pub sources: Vec<SourceView>,
    /// Why it is unknown, or what is odd about it.
    pub note: Option<String>,
    /// How the feed was written.
    pub format: Option<Format>,
    /// Whether the last try brought a feed.
    pub reachable: bool,
    /// Whether the last body that came could be read.
    pub parsed: bool,
    /// What went wrong at the last try.
    pub error: Option<String>,
    /// When it was last tried, in Unix seconds.
    pub tried_at: i64,
    /// Of when what is known is: the last time that it was brought, less its age in caches.
    pub as_of: Option<i64>,
    /// Since when the provider has said nothing new.
    pub changed_at: Option<i64>,
    /// Of what the provider said last, without what ticks by itself.
    pub fingerprint: Option<String>,
    /// Since when the feed has been empty, after it had been telling of something that was not over, or without components,
    /// after it had some.
    pub emptied_at: Option<i64>,
    /// How many components the page has, or had before it was emptied.
    #[serde(default)]
    pub components: usize,
    /// Before then the provider does not want to be asked.
    #[serde(default)]
    pub leave_until: Option<i64>,
    /// The state that was shown last, and since when.
    pub shown: State,
    /// In Unix seconds.
    pub since: i64,
    /// Up to when the time is in the days already, where that is later than the last try.
    #[serde(default)]
    pub accounted_to: i64,
}

impl Standing {
    /// Of a provider that nobody has looked at yet.
    pub fn new(provider: ServiceId, now: i64) -> Self {
        Self {
            provider,
            state: State::Unknown,
            native: String::new(),
            sources: Vec::new(),
            note: None,
            format: None,
            reachable: false,
            parsed: false,
            error: None,
            tried_at: now,
            as_of: None,
            changed_at: None,
            fingerprint: None,
            emptied_at: None,
            components: 0,
            leave_until: None,
            shown: State::Unknown,
            since: now,
            accounted_to: now,
        }
    }

    /// Whether anybody has looked at it yet.
    pub const fn was_tried(&self) -> bool {
        self.as_of.is_some() || self.error.is_some()
    }

    /// Whether what is known is not older than `stale_after` seconds.
    pub fn is_fresh(&self, now: i64, stale_after: i64) -> bool {
        self.as_of.is_some_and(|as_of| now - as_of <= stale_after)
    }

    /// What is to be shown: `unknown` for what is old or could not be read, whatever it was before.
    pub fn effective(&self, now: i64, stale_after: i64) -> State {
        if self.parsed && self.is_fresh(now, stale_after) { self.state } else { State::Unknown }
    }
}
