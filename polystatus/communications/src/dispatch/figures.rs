//! Figures of what is sent, for an operator.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Outcome;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfChannel {
    channel: &'static str,
}

/// How many messages were attempted with which outcome, and how many wait.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    attempts: Family<Labels, Counter>,
    queued: Family<OfChannel, Gauge<u64, AtomicU64>>,
}

impl Figures {
    /// Shown with the others of this service.
    pub fn register(registry: &mut Registry) -> Self {
        let figures = Self::default();
        let attempts = figures.attempts.clone();
        registry.register("deliveries_attempts", "Attempts to send a message, by what became of them", attempts);
        registry.register("deliveries_queued", "Deliveries that wait", figures.queued.clone());
        figures
    }

    pub(super) fn attempted(&self, channel: &'static str, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Sent => "sent",
            Outcome::Refused(_) => "refused",
            Outcome::NotNow(_) => "not_now",
            Outcome::Away(_) => "away",
            Outcome::Gone => "gone",
            Outcome::Unwanted => "unwanted",
        };
        self.attempts.get_or_create(&Labels { channel, outcome }).inc();
    }

    pub(super) fn wait(&self, channel: &'static str, queued: usize) {
        self.queued.get_or_create(&OfChannel { channel }).set(queued as u64);
    }
}
