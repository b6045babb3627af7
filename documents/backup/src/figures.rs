//! What is to be seen of the backup, for Prometheus.

use chassis::metrics::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Unit;

use crate::catalogue::{History, Unwell};
use crate::copying::Part;
use crate::model::Copied;

/// Figures of one backup.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    position: Gauge,
    changes: Counter,
    bytes: Counter,
    lag: Gauge,
    missing: Gauge,
    damaged: Gauge,
    listening: Gauge,
    stopped: Family<StoppedLabels, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoppedLabels {
    part: &'static str,
}

const PARTS: [(Part, &str); 2] = [(Part::Documents, "documents"), (Part::Folder, "folder")];

impl Figures {
    /// Figures that are shown.
    pub fn register(metrics: &Metrics) -> Self {
        let all = Self::default();
        let mut registry = metrics.registry();
        registry.register("backup_position", "Number of the last change that was copied", all.position.clone());
        registry.register("backup_changes", "Changes that were copied", all.changes.clone());
        registry.register_with_unit("backup_fetched", "Contents that were fetched", Unit::Bytes, all.bytes.clone());
        let help = "Time from a change until it was copied, of the one that was copied last";
        registry.register_with_unit("backup_lag", help, Unit::Seconds, all.lag.clone());
        registry.register("backup_contents_missing", "Contents that the API did not give", all.missing.clone());
        registry.register("backup_contents_damaged", "Contents that are to be fetched anew", all.damaged.clone());
        registry.register("backup_listening", "Whether notifications are heard", all.listening.clone());
        registry.register("backup_stopped", "Whether nothing is copied, by what has failed", all.stopped.clone());
        drop(registry);
        all.stopped(None);
        all
    }

    pub(crate) fn copied(&self, history: &History, changes: &[Copied], now: i64) {
        self.position.set(history.seq);
        self.changes.inc_by(changes.len() as u64);
        if let Some(Copied { change, .. }) = changes.last() {
            self.lag.set(now.saturating_sub(change.at).max(0));
        }
    }

    pub(crate) fn bytes(&self, bytes: u64) {
        self.bytes.inc_by(bytes);
    }

    pub(crate) fn unwell(&self, unwell: Unwell) {
        self.missing.set(unwell.missing);
        self.damaged.set(unwell.damaged);
    }

    pub(crate) fn listening(&self, listening: bool) {
        self.listening.set(listening.into());
    }

    pub(crate) fn stopped(&self, failed: Option<Part>) {
        for (part, name) in PARTS {
            self.stopped.get_or_create_owned(&StoppedLabels { part: name }).set((failed == Some(part)).into());
        }
    }
}
