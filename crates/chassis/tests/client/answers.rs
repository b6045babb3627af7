//! What a peer answers, and what a call may hold.

use chassis::client::{Peer, PeerError, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use testbed::chaos_proxy::ChaosProxy;

use crate::peer;
use crate::server::{BUSY, GOOD, Reply, Server};

#[derive(Debug, Deserialize, PartialEq)]
struct Thing {
    id: u64,
}

#[tokio::test]
async fn a_good_answer_is_read() {
    let server = Server::start(|_| Reply::Answer(200, &["ETag: \"1\""], r#"{"id":7}"#));
    let response = peer(server.address).get("/api/v1/things/7").send().await.unwrap();
    assert_eq!((response.status(), response.header("etag")), (StatusCode::OK, Some("\"1\"")));
    assert_eq!(response.json::<Thing>().unwrap(), Thing { id: 7 });
    let asked = &server.requests()[0];
    assert_eq!((asked.line.as_str(), asked.header("accept")), ("GET /api/v1/things/7", Some("application/json")));
}

#[tokio::test]
async fn what_the_peer_does_not_know_is_none() {
    let server = Server::start(|_| Reply::Answer(404, &[], r#"{"error":"Thing not found"}"#));
    let response = peer(server.address).get("/api/v1/things/9").send().await.unwrap();
    assert_eq!(response.found::<Thing>().unwrap(), None);
}

#[tokio::test]
async fn a_refusal_carries_the_words_of_the_peer() {
    let server = Server::start(|_| Reply::Answer(409, &[], r#"{"error":"The name is taken"}"#));
    let response = peer(server.address).post("/api/v1/things").json(&json!({"id": 7})).send().await.unwrap();
    let error = response.ok().unwrap_err();
    assert_eq!(error.to_string(), "inventory refused the call with 409 Conflict: The name is taken");
    assert!(!error.is_unavailable());
    let asked = &server.requests()[0];
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!(asked.body, r#"{"id":7}"#);
}

#[tokio::test]
async fn an_answer_of_another_shape_is_unreadable() {
    let server = Server::start(|_| Reply::Answer(200, &[], r#"{"id":"seven"}"#));
    let response = peer(server.address).get("/").send().await.unwrap();
    let error = response.json::<Thing>().unwrap_err();
    assert!(matches!(error, PeerError::Unreadable { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot read the answer of inventory: invalid type: string"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start(|_| Reply::Answer(307, &["Location: /elsewhere"], ""));
    let response = peer(server.address).get("/here").send().await.unwrap();
    assert_eq!(
        response.ok().unwrap_err().to_string(),
        "inventory refused the call with 307 Temporary Redirect: Temporary Redirect"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_comes_from_outside_stays_in_its_segment_and_its_parameter() {
    let server = Server::start(|_| GOOD);
    let peer = Peer::builder("inventory", format!("http://{}/behind/proxy/", server.address)).build().unwrap();
    for (id, expected) in [
        ("7", "7"),
        ("a/../../admin", "a%2F..%2F..%2Fadmin"),
        ("7?role=admin#x", "7%3Frole=admin%23x"),
        ("%2e%2e", "%252e%252e"),
        ("é x", "%C3%A9%20x"),
    ] {
        peer.get("/api/v1/things").segment(id).query("q", "a&b=c d").send().await.unwrap();
        let line = server.requests().pop().unwrap().line;
        assert_eq!(line, format!("GET /behind/proxy/api/v1/things/{expected}?q=a%26b%3Dc+d"));
    }
}

#[tokio::test]
async fn a_call_that_would_lead_elsewhere_is_not_made() {
    let server = Server::start(|_| GOOD);
    let peer = peer(server.address);
    let calls = [
        peer.get("/api").segment(".."),
        peer.get("/api").segment("."),
        peer.get("/api").segment(""),
        peer.get("/api").segment("7\n7"),
        peer.get("/api/../admin"),
        peer.get("api"),
        peer.get("//elsewhere.example/").segment(".."),
        peer.get("/api?x=1"),
        peer.get("/api#x"),
        peer.get("/").header("x-note", "a\r\nx-role: admin"),
        peer.get("/").header("not a name", "a"),
        peer.get("/").bearer(&SecretString::from("to\nken")),
    ];
    for call in calls {
        let shown = format!("{call:?}");
        let error = call.send().await.unwrap_err();
        assert!(matches!(error, PeerError::Invalid { .. }), "{shown}: {error}");
        assert!(!error.is_unavailable() && !error.to_string().contains("admin\r\n"), "{error}");
    }
    assert_eq!(server.requests(), []);
    assert_eq!(peer.stats().calls, 0);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_not_sent() {
    let server = Server::start(|_| GOOD);
    let keys = std::collections::HashMap::from([((1, 2), 3)]);
    let error = peer(server.address).post("/").json(&keys).send().await.unwrap_err();
    assert_eq!(error.to_string(), "cannot call inventory: its body is no JSON: key must be a string");
}

#[test]
fn an_address_that_cannot_be_called_is_refused_at_start() {
    for address in ["", "inventory:5000", "localhost", "ftp://a", "http://u:p@a", "http://a?x", "http://a#x", "http://"]
    {
        let error = Peer::builder("inventory", address).build().unwrap_err();
        assert!(
            error.to_string().starts_with("the address of inventory must be an http:// or https:// URL"),
            "{error}"
        );
    }
    assert!(Peer::builder("inventory", "https://inventory.example/api/").build().is_ok());
}

#[tokio::test]
async fn one_connection_serves_many_calls_also_after_a_failure() {
    let server = Server::start(|number| if number % 3 == 0 { BUSY } else { GOOD });
    let proxy = ChaosProxy::start(server.address).unwrap();
    let peer = peer(proxy.address());
    for _ in 0..10 {
        peer.get("/").send().await.unwrap();
    }
    assert_eq!((server.requests().len(), proxy.accepted()), (15, 1));
}

#[tokio::test]
async fn clones_share_connections_and_counts() {
    let server = Server::start(|_| GOOD);
    let proxy = ChaosProxy::start(server.address).unwrap();
    let one = peer(proxy.address());
    let other = one.clone();
    one.get("/").send().await.unwrap();
    other.get("/").send().await.unwrap();
    assert_eq!((one.stats().calls, proxy.accepted()), (2, 1));
}

#[test]
fn a_call_can_be_made_from_any_task() {
    fn any_task<T: Send>(_: T) {}
    let peer = Peer::builder("inventory", "http://127.0.0.1:1").build().unwrap();
    any_task(peer.get("/").send());
}
