//! What is repeated, and what never is.

use std::sync::Arc;
use std::time::Duration;

use chassis::client::{Limits, Peer, PeerError};
use chassis::ids::CountingIds;
use serde_json::json;
use testbed::chaos_proxy::ChaosProxy;

use crate::server::{BUSY, GOOD, Reply, Server};
use crate::{hasty, impatient, peer};

#[tokio::test]
async fn a_read_is_repeated_until_it_succeeds() {
    let server = Server::start(|number| if number < 2 { BUSY } else { GOOD });
    let peer = peer(server.address);
    peer.get("/api/v1/things/7").send().await.unwrap();
    assert_eq!(server.requests().len(), 3);
    let stats = peer.stats();
    assert_eq!((stats.calls, stats.attempts, stats.failures, stats.refused), (1, 3, 2, 0));
}

#[tokio::test]
async fn every_fault_that_may_pass_is_worth_another_attempt() {
    for fault in
        [Reply::Half, Reply::Nothing, Reply::Garbage, Reply::Silence, Reply::Trickle, Reply::Answer(429, &[], "")]
    {
        let faulty = fault.clone();
        let server = Server::start(move |number| if number == 0 { faulty.clone() } else { GOOD });
        let answer = hasty(server.address, impatient()).get("/").send().await;
        assert!(answer.is_ok(), "{fault:?}: {answer:?}");
        assert_eq!(server.requests().len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn a_post_is_never_made_twice() {
    for fault in [BUSY, Reply::Half, Reply::Nothing, Reply::Garbage, Reply::Silence, Reply::Trickle] {
        let faulty = fault.clone();
        let server = Server::start(move |number| if number == 0 { faulty.clone() } else { GOOD });
        let error = hasty(server.address, impatient()).post("/").json(&json!({})).send().await.unwrap_err();
        assert!(error.is_unavailable(), "{fault:?}: {error}");
        assert_eq!(server.requests().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_post_with_a_key_is_repeated_with_the_same_key() {
    let server = Server::start(|number| if number == 0 { Reply::Half } else { GOOD });
    let ids = Arc::new(CountingIds::default());
    let peer = Peer::builder("inventory", format!("http://{}", server.address)).ids(ids).build().unwrap();
    peer.post("/").json(&json!({"id": 7})).idempotent().send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
    let key = "0000000000000001000000000000000200000000000000030000000000000004";
    assert_eq!(requests[0].header("idempotency-key"), Some(key));
}

#[tokio::test]
async fn a_fault_in_the_peers_code_is_not_met_again() {
    let server = Server::start(|_| Reply::Answer(500, &[], r#"{"error":"Internal error"}"#));
    let error = peer(server.address).get("/").send().await.unwrap_err();
    assert_eq!(error.to_string(), "inventory cannot answer now: 500 Internal Server Error");
    assert!(error.is_unavailable());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_peer_that_wants_more_time_than_there_is_gets_it() {
    let server = Server::start(|_| Reply::Answer(503, &["Retry-After: 60"], ""));
    let error = peer(server.address).get("/").send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_mins(1)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_retry_after_that_fits_is_waited_for() {
    let server = Server::start(|number| match number {
        0 => Reply::Answer(429, &["Retry-After: 1"], ""),
        _ => GOOD,
    });
    let start = tokio::time::Instant::now();
    peer(server.address).get("/").send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_connection_that_the_peer_has_closed_is_not_a_failed_call() {
    let server = Server::start(|_| Reply::AnswerAndClose);
    let peer = peer(server.address);
    for _ in 0..20 {
        peer.get("/").send().await.unwrap();
    }
    assert_eq!(peer.stats().state, chassis::client::BreakerState::Closed);
}

#[tokio::test]
async fn a_peer_that_comes_back_in_time_is_not_missed() {
    let server = Server::start(|_| GOOD);
    let proxy = ChaosProxy::start(server.address).unwrap();
    proxy.cut();
    // more attempts than it can take, so that only the time counts
    let limits =
        Limits { attempts: u32::MAX, failures_in_a_row: 10, pause: Duration::from_millis(200), ..Limits::default() };
    let peer = hasty(proxy.address(), limits);
    let call = peer.get("/");
    let mut call = std::pin::pin!(call.send());
    tokio::select! {
        answer = &mut call => panic!("nobody is there, and yet: {answer:?}"),
        () = testbed::wait::until_async("a failed attempt", Duration::from_secs(10), async || {
            (peer.stats().failures > 0).then_some(())
        }) => proxy.restore(),
    }
    let answer = call.await;
    assert!(!matches!(answer, Err(PeerError::Unreachable { .. })), "{answer:?}");
    answer.unwrap();
}
