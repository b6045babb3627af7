//! The broker goes away while events are on their way, and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chassis::clock::FixedClock;
use chassis::service::Foundation;
use events::Broker;
use testbed::chaos_proxy::ChaosProxy;
use testbed::rabbitmq::exclusive;
use testbed::wait;

use crate::brokers::{NOW, Place, SOON};
use crate::figures::wait_for;
use crate::listener::{Listener, subjects};
use crate::speaker::{COUNTED, Speaker, counted, event};

const SUBJECTS: usize = 10;

/// More than this is not piled up: it would take a debug build long to send it.
const ENOUGH: u64 = 1500;

/// Say something of each subject again and again until told to stop; gives how often.
async fn speak(speaker: &Speaker, subjects: &[String], stop: &AtomicBool) -> u64 {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        speaker.say(subjects.iter().map(|subject| counted(subject, number))).await;
        number += 1;
        wait::until_async("room", SOON, async || (speaker.waiting().await < ENOUGH).then_some(())).await;
    }
    number
}

/// Real pauses between tries: with none, a broker that is away would be asked all the time.
fn open(url: &str) -> Broker {
    Broker::open(&url.parse().unwrap(), &Foundation::default())
}

/// Events under load from `speaking` to `hearing`, while `fault` happens: it is told how to wait for more events.
async fn under_load(speaking: &Broker, hearing: &Broker, fault: impl AsyncFnOnce(&Speaker, &Listener)) {
    let (speaker, listener) = (Speaker::start(speaking).await, Listener::new().await);
    let _heard = listener.listen(hearing, "counts", &[COUNTED]).await;
    let (subjects, stop) = (subjects(SUBJECTS), AtomicBool::new(false));
    let conduct = async {
        listener.has_heard(200).await;
        fault(&speaker, &listener).await;
        listener.has_heard(listener.count() + 200).await;
        stop.store(true, Ordering::Relaxed);
    };
    let (said, ()) = tokio::join!(speak(&speaker, &subjects, &stop), conduct);
    listener.has_heard(usize::try_from(said).unwrap() * SUBJECTS).await;
    listener.assert_heard(&subjects, said);
    wait::until_async("the outbox to be empty", SOON, async || (speaker.waiting().await == 0).then_some(())).await;
}

/// Wait until so many events could not be sent.
async fn pile_up(speaker: &Speaker, count: u64) {
    let piled = async || (speaker.waiting().await >= count).then_some(());
    wait::until_async("events to pile up", SOON, piled).await;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Cut,
    Silent,
}

/// The connection of the relay fails, that of the consumer, and both. Whoever lost one has noticed when it connects anew.
async fn a_bad_network(fault: Fault, rounds: &[[bool; 2]]) {
    let Place::RabbitMq(host) = Place::rabbitmq().await else { unreachable!() };
    let proxies = [(); 2].map(|()| ChaosProxy::start(host.address()).unwrap());
    let [to, from] = proxies.each_ref().map(|proxy| open(&host.url_through(proxy.address().port())));
    under_load(&to, &from, async |speaker, listener| {
        for fails in rounds {
            let failing: Vec<_> =
                proxies.iter().zip(fails).filter_map(|(proxy, fails)| fails.then_some(proxy)).collect();
            let accepted: Vec<_> = failing.iter().map(|proxy| proxy.accepted()).collect();
            for proxy in &failing {
                match fault {
                    Fault::Cut => proxy.cut(),
                    Fault::Silent => proxy.stall(),
                }
            }
            if fails[0] {
                pile_up(speaker, 1000).await;
            }
            if fault == Fault::Cut {
                // otherwise nobody can connect
                restore(&failing);
            }
            let anew =
                async || failing.iter().zip(&accepted).all(|(proxy, before)| proxy.accepted() > *before).then_some(());
            wait::until_async("new connections", SOON, anew).await;
            restore(&failing);
            listener.has_heard(listener.count() + 200).await;
        }
    })
    .await;
}

fn restore(proxies: &[&ChaosProxy]) {
    for proxy in proxies {
        proxy.restore();
    }
}

mod rabbitmq {
    use super::*;

    #[tokio::test]
    async fn connections_that_are_cut_cost_no_event() {
        a_bad_network(Fault::Cut, &[[true, false], [false, true], [true, true]]).await;
    }

    /// As when a cable is pulled: nobody is told. Both notice by themselves.
    #[tokio::test]
    async fn connections_that_go_silent_cost_no_event() {
        a_bad_network(Fault::Silent, &[[true, true]]).await;
    }

    #[tokio::test]
    async fn a_broker_that_is_killed_costs_no_event_and_no_order() {
        let rabbitmq = exclusive().await;
        let broker = open(&rabbitmq.url());
        under_load(&broker, &broker, async |speaker, listener| {
            rabbitmq.kill_9().await;
            pile_up(speaker, 1000).await;
            let heard = listener.count();
            rabbitmq.start_again().await;
            listener.has_heard(heard + 1000).await;
        })
        .await;
    }

    #[tokio::test]
    async fn what_waits_for_a_broker_is_counted_and_grows_old() {
        let Place::RabbitMq(host) = Place::rabbitmq().await else { unreachable!() };
        let proxy = ChaosProxy::start(host.address()).unwrap();
        proxy.cut();
        let clock = Arc::new(FixedClock::at(NOW));
        let foundation = Foundation { clock: clock.clone(), ..Foundation::default() };
        let broker = Broker::open(&host.url_through(proxy.address().port()).parse().unwrap(), &foundation);
        let speaker = Speaker::start(&broker).await;
        speaker.count("s", 0..600).await;
        clock.advance(90);
        let lines = ["events_pending 600", "events_oldest_pending_age_seconds 90", "events_broker_reachable 0"];
        wait_for(&foundation.metrics, &lines).await;
        assert!(!broker.is_reachable());
        proxy.restore();
        wait_for(&foundation.metrics, &["events_pending 0", "events_oldest_pending_age_seconds 0"]).await;
        assert!(broker.is_reachable());
    }

    #[tokio::test]
    async fn a_service_starts_while_the_broker_is_down() {
        let Place::RabbitMq(host) = Place::rabbitmq().await else { unreachable!() };
        let proxy = ChaosProxy::start(host.address()).unwrap();
        proxy.cut();
        let broker = open(&host.url_through(proxy.address().port()));
        let (speaker, listener) = (Speaker::start(&broker).await, Listener::new().await);
        speaker.say([event("test.nobody.asked", "s", 0)]).await;
        let restore = async {
            wait::until_async("a try that fails", SOON, async || (!broker.is_reachable()).then_some(())).await;
            proxy.restore();
        };
        let (_heard, ()) = tokio::join!(listener.listen(&broker, "counts", &[COUNTED]), restore);
        speaker.count("s", 0..10).await;
        listener.has_heard(10).await;
        listener.assert_heard(&["s".to_owned()], 10);
    }
}
