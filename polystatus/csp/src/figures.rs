//! What is to be seen of the providers, for Prometheus.

use std::fmt;

use chassis::clock::SharedClock;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use store::Store;

use crate::model::{Provider, Standing, State};

/// How the providers are, worked out when somebody asks: `unknown` comes by the time alone.
pub struct Figures {
    store: Store,
    clock: SharedClock,
    stale_after: i64,
}

impl Figures {
    /// Of the providers in this store; what is older than `stale_after` seconds is not known.
    pub const fn of(store: Store, clock: SharedClock, stale_after: i64) -> Self {
        Self { store, clock, stale_after }
    }
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (snapshot, now) = (self.store.read(), self.clock.unix_seconds());
        // a provider that is taken out leaves its standing behind
        let kept = snapshot.iter::<Standing>().filter(|one| snapshot.get::<Provider>(one.provider.as_str()).is_some());
        let states: Vec<(&str, State)> =
            kept.map(|one| (one.provider.as_str(), one.effective(now, self.stale_after))).collect();

        let help = "Providers, by how they are";
        let mut family = encoder.encode_descriptor("csp_providers", help, None, MetricType::Gauge)?;
        for state in State::ALL {
            let count = states.iter().filter(|(_, one)| *one == state).count();
            let gauge = ConstGauge::new(count as u64);
            gauge.encode(family.encode_family(&[("state", state.as_str())])?)?;
        }
        if states.is_empty() {
            return Ok(());
        }
        let help = "Whether it is known how a provider is: 0 when its feed is stale, or could not be read";
        let mut family = encoder.encode_descriptor("csp_provider_known", help, None, MetricType::Gauge)?;
        for (provider, state) in states {
            let known = u64::from(state != State::Unknown);
            ConstGauge::new(known).encode(family.encode_family(&[("provider", provider)])?)?;
        }
        Ok(())
    }
}
