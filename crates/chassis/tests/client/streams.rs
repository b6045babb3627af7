//! Answers that do not end.

use std::time::Duration;

use chassis::client::PeerError;

use crate::peer;
use crate::server::{BUSY, Reply, Server};

#[tokio::test]
async fn a_stream_is_read_as_it_comes_for_longer_than_a_call_may_take() {
    let server = Server::start(|_| Reply::Trickle);
    let peer = peer(server.address);
    let mut stream = peer.get("/stream").stream(Duration::from_secs(30)).await.unwrap();
    for _ in 0..3 {
        assert!(!stream.piece().await.unwrap().expect("it goes on").is_empty());
    }
}

#[tokio::test]
async fn a_stream_that_says_nothing_is_broken() {
    let server = Server::start(|_| Reply::Announce(100));
    let stream = peer(server.address).get("/stream").stream(Duration::from_millis(50)).await;
    let piece = stream.unwrap().piece().await;
    assert!(matches!(piece, Err(PeerError::Timeout { .. })), "{piece:?}");
}

#[tokio::test]
async fn what_is_no_stream_is_an_error_and_opens_the_circuit() {
    let server = Server::start(|_| BUSY);
    let peer = peer(server.address);
    loop {
        match peer.get("/stream").stream(Duration::from_secs(1)).await {
            Err(PeerError::Failing { status, .. }) => assert_eq!(status.as_u16(), 503),
            Err(PeerError::Open { .. }) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(server.requests().len() < 20);
}
