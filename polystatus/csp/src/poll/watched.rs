//! What is remembered of a provider between two looks, in memory alone: after a restart everything is asked for anew.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chassis::client::Breaker;
use chassis::ids::Ids;
use tokio::time::Instant;

use super::Understood;
use crate::fetch::Validators;
use crate::model::{FeedUrl, Provider};

/// Failures in a row that open a provider's circuit, and for how long: five misses are five minutes, and then it is asked
/// once in ten.
const FAILURES_IN_A_ROW: u32 = 5;
const OPEN_FOR: Duration = Duration::from_mins(10);

/// After a start the providers are asked within this time, not all in the same moment.
const SPREAD: Duration = Duration::from_secs(3);

/// A provider that is asked now and then.
#[derive(Debug)]
pub struct Watched {
    feed_url: FeedUrl,
    /// Keeps us from a provider that keeps failing.
    pub breaker: Breaker,
    /// Held while it is asked.
    pub memory: tokio::sync::Mutex<Memory>,
    due: Mutex<Instant>,
}

/// What is known of its feed.
#[derive(Debug, Default)]
pub struct Memory {
    /// Of the body that was read.
    pub validators: Validators,
    /// What it said.
    pub reading: Option<Understood>,
    /// Fetches that failed in a row.
    pub failures: u32,
}

impl Watched {
    /// Due within a few seconds.
    pub fn new(provider: &Provider, now: Instant, ids: &dyn Ids) -> Self {
        let name = format!("feed of {}", provider.id);
        Self {
            feed_url: provider.feed_url.clone(),
            breaker: Breaker::new(name.into(), FAILURES_IN_A_ROW, OPEN_FOR),
            memory: tokio::sync::Mutex::default(),
            due: Mutex::new(now + SPREAD.mul_f64(ids.fraction())),
        }
    }

    /// Whether the feed is elsewhere by now.
    pub fn is_stale(&self, provider: &Provider) -> bool {
        self.feed_url != provider.feed_url
    }

    /// Whether it is due; then it is not again for twice the usual time, if nobody says otherwise.
    pub fn take_turn(&self, now: Instant, every: Duration) -> bool {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = *due <= now;
        if is_due {
            *due = now + every * 2;
        }
        is_due
    }

    /// It is due after this time.
    pub fn next_turn(&self, after: Duration) {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + after;
    }
}
