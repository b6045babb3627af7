//! What is to be seen of events, for Prometheus.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use chassis::clock::SharedClock;
use chassis::metrics::Metrics;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeLabelValue, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// The figures of one broker, of one service.
#[derive(Clone)]
pub(crate) struct Figures {
    pub(crate) sent: Counter,
    pub(crate) unheard: Counter,
    handled: Family<HandledLabels, Counter>,
    retried: Family<QueueLabels, Counter>,
    pub(crate) outbox: Arc<OutboxFigures>,
}

/// What became of an event at its consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Outcome {
    Done,
    Dead,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HandledLabels {
    queue: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueLabels {
    queue: String,
}

/// How the outbox stands, as the relay saw it last. Zero until there is a relay.
#[derive(Debug)]
pub(crate) struct OutboxFigures {
    clock: SharedClock,
    pub(crate) pending: AtomicU64,
    /// When the oldest pending event happened, in Unix seconds; [`NOTHING`] when none is pending.
    oldest: AtomicI64,
    pub(crate) reachable: AtomicBool,
}

const NOTHING: i64 = i64::MIN;

impl OutboxFigures {
    pub(crate) fn set(&self, pending: u64, oldest: Option<i64>) {
        self.pending.store(pending, Ordering::Relaxed);
        self.oldest.store(oldest.unwrap_or(NOTHING), Ordering::Relaxed);
    }

    /// In seconds, now: it must grow while the relay can do nothing but wait.
    fn age(&self) -> u64 {
        match self.oldest.load(Ordering::Relaxed) {
            NOTHING => 0,
            oldest => u64::try_from(self.clock.unix_seconds() - oldest).unwrap_or_default(),
        }
    }
}

impl Figures {
    pub(crate) fn register(metrics: &Metrics, clock: SharedClock) -> Self {
        let outbox = OutboxFigures {
            clock,
            pending: AtomicU64::new(0),
            oldest: AtomicI64::new(NOTHING),
            reachable: AtomicBool::new(true),
        };
        let figures = Self {
            sent: Counter::default(),
            unheard: Counter::default(),
            handled: Family::default(),
            retried: Family::default(),
            outbox: Arc::new(outbox),
        };
        let mut registry = metrics.registry();
        registry.register("events_sent", "Events that the broker has confirmed", figures.sent.clone());
        registry.register("events_unheard", "Events of these that no queue was bound for", figures.unheard.clone());
        registry.register("events_handled", "Events that left a queue, and how", figures.handled.clone());
        registry.register("events_retried", "Times that an event was tried again", figures.retried.clone());
        registry.register_collector(Box::new(Shown(Arc::clone(&figures.outbox))));
        figures
    }

    pub(crate) fn handled(&self, queue: &str, outcome: Outcome) {
        self.handled.get_or_create_owned(&HandledLabels { queue: queue.to_owned(), outcome }).inc();
    }

    pub(crate) fn retried(&self, queue: &str) {
        self.retried.get_or_create_owned(&QueueLabels { queue: queue.to_owned() }).inc();
    }
}

#[derive(Debug)]
struct Shown(Arc<OutboxFigures>);

impl Collector for Shown {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: u64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
        };
        gauge("events_pending", "Events in the outbox", None, self.0.pending.load(Ordering::Relaxed))?;
        gauge(
            "events_oldest_pending_age",
            "Age of the oldest event in the outbox",
            Some(&Unit::Seconds),
            self.0.age(),
        )?;
        let reachable = u64::from(self.0.reachable.load(Ordering::Relaxed));
        gauge("events_broker_reachable", "Whether the broker took what it was sent last", None, reachable)
    }
}
