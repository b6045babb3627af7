//! What an operator sees.

use chassis::metrics::Metrics;
use events::{Broker, Failure};
use prometheus_client::encoding::text::encode;
use testbed::wait;

use crate::brokers::{Place, SOON, foundation, on_both_brokers};
use crate::listener::Listener;
use crate::speaker::{COUNTED, Speaker, event};

on_both_brokers! { what_becomes_of_events_is_counted }

fn shown(metrics: &Metrics) -> Vec<String> {
    let mut text = String::new();
    encode(&mut text, &metrics.registry()).unwrap();
    text.lines().filter(|line| line.starts_with("events_")).map(str::to_owned).collect()
}

/// Wait until all of these are shown.
pub async fn wait_for(metrics: &Metrics, lines: &[&str]) {
    let all = async || {
        let shown = shown(metrics);
        lines.iter().all(|line| shown.iter().any(|shown| shown == line)).then_some(())
    };
    wait::until_async(&format!("{lines:?}"), SOON, all).await;
}

async fn what_becomes_of_events_is_counted(place: Place) {
    let foundation = foundation();
    let broker = Broker::open(&place.url(), &foundation);
    let (speaker, listener) = (Speaker::start(&broker).await, Listener::new().await);
    let _heard = listener.listen(&broker, "counts", &[COUNTED]).await;
    let mut bad = broker.subscribe("bad", &["test.bad.said"], async |_| Err(Failure::failed("no")));
    bad.ready().await;
    speaker.count("s", 0..3).await;
    speaker.say([event("test.bad.said", "s", 0), event("test.nobody.asked", "s", 1)]).await;
    let lines = [
        "events_sent_total 5",
        "events_unheard_total 1",
        "events_handled_total{queue=\"counts\",outcome=\"Done\"} 3",
        "events_handled_total{queue=\"bad\",outcome=\"Dead\"} 1",
        "events_retried_total{queue=\"bad\"} 4",
        "events_pending 0",
        "events_oldest_pending_age_seconds 0",
        "events_broker_reachable 1",
    ];
    wait_for(&foundation.metrics, &lines).await;
}
