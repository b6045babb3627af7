//! Figures for an operator: whether others hear what happens here.

use chassis::metrics::Metrics;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

/// What was told and what waits.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    told: Counter,
    waiting: Gauge,
}

impl Figures {
    /// Shown with the others of this service.
    pub fn register(metrics: &Metrics) -> Self {
        let figures = Self::default();
        let mut registry = metrics.registry();
        registry.register("documents_told", "Changes that the notifications have acknowledged", figures.told.clone());
        registry.register(
            "documents_untold",
            "Changes that the notifications have not heard of",
            figures.waiting.clone(),
        );
        drop(registry);
        figures
    }

    /// So many more were acknowledged.
    pub fn told(&self, changes: usize) {
        self.told.inc_by(changes as u64);
    }

    /// So many are to be told.
    pub fn waiting(&self, changes: i64) {
        self.waiting.set(changes.max(0));
    }
}
