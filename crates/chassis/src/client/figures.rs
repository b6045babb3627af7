//! What has become of calls, for Prometheus.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::{Peer, PeerStats};

/// The peers whose calls are counted. One collector for all of them: a metric may be described only once.
#[derive(Debug, Default)]
pub(crate) struct Peers(Mutex<Vec<Peer>>);

impl Peers {
    pub(crate) fn watch(&self, peer: Peer) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(peer);
    }
}

impl Collector for Peers {
    /// Read when somebody asks: a call pays for no more than its own counters.
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if peers.is_empty() {
            return Ok(());
        }
        let all: Vec<(&str, PeerStats)> = peers.iter().map(|peer| (peer.name(), peer.stats())).collect();
        let mut counter = |name: &str, help: &str, count: fn(&PeerStats) -> u64| -> fmt::Result {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (peer, stats) in &all {
                ConstCounter::new(count(stats)).encode(family.encode_family(&[("peer", *peer)])?)?;
            }
            Ok(())
        };
        counter("peer_calls", "Calls that this service wanted to make", |stats| stats.calls)?;
        counter("peer_attempts", "Requests sent for these calls, retries included", |stats| stats.attempts)?;
        counter("peer_failures", "Requests without an answer in time, or with 5xx", |stats| stats.failures)?;
        counter("peer_refused", "Requests not sent because the circuit was open", |stats| stats.refused)?;

        let help = "What the circuit breaker does: 0 is closed, 1 half-open, 2 open";
        let mut family = encoder.encode_descriptor("peer_circuit_state", help, None, MetricType::Gauge)?;
        for (peer, stats) in &all {
            let state = u32::from(stats.state.as_number());
            ConstGauge::new(state).encode(family.encode_family(&[("peer", *peer)])?)?;
        }
        Ok(())
    }
}
