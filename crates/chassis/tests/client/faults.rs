//! Peers that are ill in every way: a call ends in time, with an error that says so.

use std::time::Duration;

use chassis::client::{Limits, Peer, PeerError};
use testbed::chaos_proxy::ChaosProxy;
use tokio::time::Instant;

use crate::server::{BUSY, GOOD, Reply, Server};
use crate::{hasty, impatient, peer};

#[tokio::test]
async fn a_peer_that_is_not_there_is_unreachable() {
    let proxy = ChaosProxy::start(Server::start(|_| GOOD).address).unwrap();
    proxy.cut();
    let peer = peer(proxy.address());
    let error = peer.get("/").send().await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect to inventory: Connection refused (os error 111)");
    assert!(error.is_unavailable());
    assert_eq!((error.peer(), peer.stats().attempts), ("inventory", 3));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_unreachable() {
    // RFC 6761, section 6.4: `invalid` never resolves
    let peer = Peer::builder("inventory", "http://inventory.invalid").limits(impatient()).build().unwrap();
    let error = peer.get("/").send().await.unwrap_err();
    assert!(error.is_unavailable() && error.to_string().contains("inventory"), "{error}");
}

#[tokio::test]
async fn a_peer_that_accepts_and_says_nothing_is_given_up() {
    let proxy = ChaosProxy::start(Server::start(|_| GOOD).address).unwrap();
    proxy.stall();
    let error = hasty(proxy.address(), Limits { attempts: 1, ..impatient() }).get("/").send().await.unwrap_err();
    assert_eq!(error.to_string(), "inventory did not answer within 100.0ms");
}

#[tokio::test]
async fn a_peer_that_never_agrees_on_tls_was_not_connected_to() {
    let proxy = ChaosProxy::start(Server::start(|_| GOOD).address).unwrap();
    proxy.stall();
    let limits =
        Limits { attempt: Duration::from_secs(10), attempts: 1, total: Duration::from_secs(10), ..impatient() };
    let peer = Peer::builder("inventory", format!("https://{}", proxy.address())).limits(limits).build().unwrap();
    let start = Instant::now();
    let error = peer.get("/").send().await.unwrap_err();
    assert!(matches!(error, PeerError::Unreachable { .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(5), "it is the time-out of the connection that counts");
}

#[tokio::test]
async fn a_peer_that_does_not_speak_tls_is_unreachable() {
    let server = Server::start(|_| GOOD);
    let peer = Peer::builder("inventory", format!("https://{}", server.address)).build().unwrap();
    let error = peer.get("/").send().await.unwrap_err();
    assert!(matches!(error, PeerError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_is_broken() {
    let server = Server::start(|_| Reply::Half);
    let error = peer(server.address).get("/").send().await.unwrap_err();
    assert!(matches!(error, PeerError::Broken { .. }), "{error}");
    assert!(error.to_string().starts_with("the connection to inventory broke: "), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    for fault in [Reply::Announce(1025), Reply::Announce(1 << 40), Reply::Endless] {
        let faulty = fault.clone();
        let server = Server::start(move |_| faulty.clone());
        let limits = Limits { body: 1024, ..Limits::default() };
        let error = hasty(server.address, limits).get("/").send().await.unwrap_err();
        assert_eq!(error.to_string(), "the answer of inventory is larger than 1024 bytes", "{fault:?}");
        assert!(!error.is_unavailable());
        assert_eq!(server.requests().len(), 1, "it would be as large again");
    }
}

#[tokio::test]
async fn an_answer_of_the_largest_size_is_read() {
    let server = Server::start(|_| Reply::Answer(200, &[], "12345678"));
    let response = hasty(server.address, Limits { body: 8, ..Limits::default() }).get("/").send().await.unwrap();
    assert_eq!(&response.body()[..], b"12345678");
}

#[tokio::test]
async fn a_head_may_announce_what_it_does_not_send() {
    let server = Server::start(|_| Reply::Announce(1 << 40));
    let response = peer(server.address).head("/").send().await.unwrap();
    assert_eq!(response.header("content-length"), Some("1099511627776"));
}

#[tokio::test]
async fn no_fault_holds_a_caller_longer_than_the_total_limit() {
    let kinds = [BUSY, Reply::Half, Reply::Nothing, Reply::Garbage, Reply::Silence, Reply::Trickle, Reply::Announce(9)];
    for fault in kinds {
        let faulty = fault.clone();
        let server = Server::start(move |_| faulty.clone());
        let limits = Limits { attempts: u32::MAX, failures_in_a_row: u32::MAX, ..impatient() };
        let start = Instant::now();
        let error = hasty(server.address, limits.clone()).get("/").send().await.unwrap_err();
        assert!(error.is_unavailable(), "{fault:?}: {error}");
        // a second more for a busy machine
        assert!(start.elapsed() < limits.total + Duration::from_secs(1), "{fault:?}: {:?}", start.elapsed());
    }
}
