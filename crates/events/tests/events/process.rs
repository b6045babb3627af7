//! What holds within a process alone.

use events::Broker;
use testbed::wait;

use crate::brokers::{Place, SOON, foundation};
use crate::figures::wait_for;
use crate::listener::Listener;
use crate::speaker::{COUNTED, Speaker};

#[tokio::test]
async fn a_bus_without_a_name_is_nobody_elses() {
    let open = || Broker::open(&"in-process:".parse().unwrap(), &foundation());
    let (speaker, listener) = (Speaker::start(&open()).await, Listener::new().await);
    let _heard = listener.listen(&open(), "counts", &[COUNTED]).await;
    speaker.count("s", 0..3).await;
    wait::until_async("the outbox to be empty", SOON, async || (speaker.waiting().await == 0).then_some(())).await;
    assert_eq!(listener.calls(), 0);
}

#[tokio::test]
async fn nothing_is_said_while_a_bus_is_held() {
    let place = Place::in_process();
    let foundation = foundation();
    let broker = Broker::open(&place.url(), &foundation);
    let (first, second) = (broker.hold(), broker.hold());
    let (speaker, listener) = (Speaker::start(&broker).await, Listener::new().await);
    speaker.count("s", 0..3).await;
    drop(first);
    // it has them in its hand
    wait_for(&foundation.metrics, &["events_pending 3"]).await;
    let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
    drop(second);
    listener.has_heard(3).await;
}
