//! A peer that keeps failing is left alone, and noticed when it is back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use chassis::client::{BreakerState, Limits, Peer, PeerError};
use chassis::metrics::Metrics;
use testbed::chaos_proxy::ChaosProxy;
use tokio::time::{Instant, sleep_until};

use crate::hasty;
use crate::server::{BUSY, GOOD, Reply, Server};

/// One attempt for each call, and a circuit that is open for a short time.
fn limits() -> Limits {
    Limits { attempts: 1, open_for: Duration::from_millis(50), ..Limits::default() }
}

/// Calls until the circuit is open; gives the time until which it is.
async fn open(peer: &Peer) -> Instant {
    loop {
        match peer.get("/").send().await.expect_err("the peer is ill") {
            PeerError::Open { until, .. } => return until,
            error => assert!(error.is_unavailable(), "{error}"),
        }
    }
}

#[tokio::test]
async fn an_open_circuit_sends_nothing() {
    let proxy = ChaosProxy::start(Server::start(|_| BUSY).address).unwrap();
    let peer = hasty(proxy.address(), Limits { open_for: Duration::from_mins(1), ..limits() });
    open(&peer).await;
    let before = peer.stats();
    assert_eq!((before.state, before.attempts, before.failures), (BreakerState::Open, 5, 5));
    proxy.restore();
    for _ in 0..100 {
        let error = peer.get("/").send().await.unwrap_err();
        assert_eq!(error.to_string(), "inventory keeps failing and is left alone for a moment");
        assert!(error.is_unavailable() && error.retry_after().unwrap() > Duration::from_secs(50));
    }
    let after = peer.stats();
    assert_eq!((after.attempts, after.refused), (5, before.refused + 100));
}

#[tokio::test]
async fn a_peer_that_is_back_is_used_again() {
    let proxy = ChaosProxy::start(Server::start(|_| GOOD).address).unwrap();
    let peer = hasty(proxy.address(), limits());
    proxy.cut();
    let until = open(&peer).await;
    proxy.restore();
    sleep_until(until).await;
    peer.get("/").send().await.unwrap();
    assert_eq!(peer.stats().state, BreakerState::Closed);
}

#[tokio::test]
async fn a_probe_that_fails_opens_the_circuit_again() {
    let server = Server::start(|_| BUSY);
    let peer = hasty(server.address, limits());
    sleep_until(open(&peer).await).await;
    assert!(matches!(peer.get("/").send().await, Err(PeerError::Failing { .. })));
    assert!(matches!(peer.get("/").send().await, Err(PeerError::Open { .. })));
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn of_a_hundred_calls_at_once_one_is_the_probe() {
    let (ill, gate) = (Arc::new(AtomicBool::new(true)), Arc::new(Barrier::new(2)));
    let (is_ill, held) = (Arc::clone(&ill), Arc::clone(&gate));
    let server = Server::start(move |_| {
        if is_ill.load(Ordering::SeqCst) {
            return BUSY;
        }
        held.wait();
        GOOD
    });
    let peer = hasty(server.address, limits());
    sleep_until(open(&peer).await).await;
    ill.store(false, Ordering::SeqCst);

    let calls = (0..100).map(|_| {
        let peer = peer.clone();
        tokio::spawn(async move { peer.get("/").send().await })
    });
    let calls: Vec<_> = calls.collect();
    // the server holds the probe back until all the others have had their answer
    let refused = async || (peer.stats().refused >= 100).then_some(());
    testbed::wait::until_async("99 refusals, and the one that `open` saw", Duration::from_secs(10), refused).await;
    assert_eq!(peer.stats().state, BreakerState::HalfOpen);
    gate.wait();

    let mut answered = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => answered += 1,
            Err(error) => assert!(matches!(error, PeerError::Open { .. }), "{error}"),
        }
    }
    assert_eq!((answered, server.requests().len()), (1, 6));
    assert_eq!(peer.stats().state, BreakerState::Closed);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_leave_the_circuit_half_open() {
    let server = Server::start(|number| match number {
        0..5 => BUSY,
        5 => Reply::Silence,
        _ => GOOD,
    });
    let peer = hasty(server.address, limits());
    sleep_until(open(&peer).await).await;
    {
        let probe = peer.get("/");
        let asked = async || (server.requests().len() == 6).then_some(());
        tokio::select! {
            answer = probe.send() => panic!("nobody answers, and yet: {answer:?}"),
            () = testbed::wait::until_async("the probe", Duration::from_secs(10), asked) => {}
        }
    }
    peer.get("/").send().await.unwrap();
}

#[tokio::test]
async fn refusals_do_not_open_the_circuit() {
    for status in [400, 401, 404, 409, 429] {
        let server = Server::start(move |_| Reply::Answer(status, &[], ""));
        let peer = hasty(server.address, limits());
        for _ in 0..20 {
            let _ = peer.get("/").send().await;
        }
        assert_eq!((peer.stats().state, server.requests().len()), (BreakerState::Closed, 20), "{status}");
    }
}

#[test]
fn the_state_is_a_number_for_a_gauge() {
    let states = [BreakerState::Closed, BreakerState::HalfOpen, BreakerState::Open];
    assert_eq!(states.map(BreakerState::as_number), [0, 1, 2]);
    assert_eq!(states.map(|state| state.to_string()), ["closed", "half-open", "open"]);
}

#[tokio::test]
async fn the_figures_of_each_peer_are_in_the_metrics() {
    let metrics = Metrics::default();
    let text = || {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &metrics.registry()).map(|()| text).unwrap()
    };
    assert!(!text().contains("peer_"), "nothing is said of no peer");
    let server = Server::start(|_| BUSY);
    let ill = hasty(server.address, limits());
    let idle = Peer::builder("users", "http://127.0.0.1:1").build().unwrap();
    metrics.watch(&ill);
    metrics.watch(&idle);
    open(&ill).await;
    let text = text();
    for line in [
        "peer_calls_total{peer=\"inventory\"} 6",
        "peer_attempts_total{peer=\"inventory\"} 5",
        "peer_failures_total{peer=\"inventory\"} 5",
        "peer_refused_total{peer=\"inventory\"} 1",
        "peer_circuit_state{peer=\"inventory\"} 2",
        "peer_calls_total{peer=\"users\"} 0",
        "peer_circuit_state{peer=\"users\"} 0",
    ] {
        assert!(text.lines().any(|said| said == line), "{line} is not in\n{text}");
    }
    assert_eq!(text.matches("# TYPE peer_calls counter").count(), 1);
}
