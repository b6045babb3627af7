//! Figures for an operator.

use std::fmt;

use chassis::metrics::Metrics;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::answer::Kind;
use crate::audience::Audience;
use crate::change::FileEvent;
use crate::connection::Role;

/// What was told and refused.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    told: Family<OfEvent, Counter>,
    repeated: Counter,
    delivered: Counter,
    refused: Family<OfReason, Counter>,
    dropped_slow: Family<OfLimit, Counter>,
    /// Connections that were dropped after too many refusals.
    pub thrown_out: Counter,
    /// Connections that were sent away since changes were lost on their way to us.
    pub missed: Counter,
    /// Logins that ended while somebody listened with them.
    pub ended: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfEvent {
    event: &'static str,
}

/// The limit that is reached when there is no room for one more message.
pub const MESSAGES: &str = "messages";
/// The limit of the bytes that one is behind.
pub const BYTES: &str = "bytes";
/// The limit of the time that one is behind.
pub const SECONDS: &str = "seconds";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLimit {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    reason: &'static str,
}

impl Figures {
    /// Shown with the others of this service.
    pub fn register(metrics: &Metrics, audience: Audience) -> Self {
        let figures = Self::default();
        let mut registry = metrics.registry();
        registry.register("notifications_told", "Changes that were told, by kind", figures.told.clone());
        registry.register("notifications_repeated", "Changes that had been told already", figures.repeated.clone());
        registry.register("notifications_delivered", "Changes told, times who heard them", figures.delivered.clone());
        registry.register("notifications_refused", "Events that were refused, by reason", figures.refused.clone());
        let dropped = figures.dropped_slow.clone();
        registry.register(
            "notifications_dropped_slow",
            "Connections dropped for reading too slowly, by limit",
            dropped,
        );
        let thrown_out = figures.thrown_out.clone();
        registry.register("notifications_thrown_out", "Connections dropped after too many refusals", thrown_out);
        let missed = figures.missed.clone();
        registry.register("notifications_sent_away", "Connections ended after changes were missed", missed);
        let ended = figures.ended.clone();
        registry.register("notifications_logins_ended", "Logins that ended while somebody listened", ended);
        registry.register_collector(Box::new(Connected(audience)));
        drop(registry);
        // from the start on: a counter that appears with its first event has no rate for it
        for event in FileEvent::ALL {
            drop(figures.told.get_or_create(&OfEvent { event: event.received() }));
        }
        for limit in [MESSAGES, BYTES, SECONDS] {
            drop(figures.dropped_slow.get_or_create(&OfLimit { limit }));
        }
        figures
    }

    /// A change was told for the first time.
    pub fn told(&self, event: FileEvent) {
        self.told.get_or_create(&OfEvent { event: event.received() }).inc();
    }

    /// A change came that had been told before.
    pub fn repeated(&self) {
        self.repeated.inc();
    }

    /// So many connections were told.
    pub fn delivered(&self, connections: u64) {
        self.delivered.inc_by(connections);
    }

    /// A connection was dropped since it read too slowly: this limit was reached.
    pub fn dropped_slow(&self, limit: &'static str) {
        self.dropped_slow.get_or_create(&OfLimit { limit }).inc();
    }

    /// An event was refused.
    pub fn refused(&self, kind: Kind) {
        self.refused.get_or_create(&OfReason { reason: kind.as_str() }).inc();
    }
}

/// Who is connected, counted when somebody asks.
struct Connected(Audience);

impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connected")
    }
}

impl Collector for Connected {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let gauge = |count: usize| ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX));
        let help = "Connections, by what they have shown";
        let mut family = encoder.encode_descriptor("notifications_connections", help, None, gauge(0).metric_type())?;
        for (role, count) in self.0.count() {
            let labels = [("role", name(role))];
            gauge(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

const fn name(role: Role) -> &'static str {
    match role {
        Role::Stranger => "stranger",
        Role::User => "user",
        Role::Admin => "admin",
        Role::Api => "api",
    }
}
