//! What a call carries: with whose rights, for which request, in which trace.

use chassis::client::{Peer, PeerBuilder};
use chassis::telemetry::{self, TelemetrySettings, with_request_id};
use secrecy::SecretString;
use tracing::Instrument;

use crate::peer;
use crate::server::{GOOD, Server};

const OWN: &str = "own-secret";
const USERS: &str = "users-secret";

fn with_token(server: &Server) -> PeerBuilder {
    Peer::builder("inventory", format!("http://{}", server.address)).token(SecretString::from(OWN))
}

#[tokio::test]
async fn a_call_is_made_with_the_services_own_token_or_with_the_users() {
    let server = Server::start(|_| GOOD);
    let peer = with_token(&server).build().unwrap();
    peer.get("/").send().await.unwrap();
    peer.get("/").bearer(&SecretString::from(USERS)).send().await.unwrap();
    crate::peer(server.address).get("/").send().await.unwrap();
    let tokens =
        server.requests().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(tokens, [Some("Bearer own-secret".to_owned()), Some("Bearer users-secret".to_owned()), None]);
}

#[test]
fn no_token_is_shown_by_debug() {
    let builder = with_token(&Server::start(|_| GOOD));
    let peer = builder.clone().build().unwrap();
    let call = peer.get("/").bearer(&SecretString::from(USERS));
    let shown = format!("{builder:?} {peer:?} {call:?} {:?}", peer.get("/"));
    assert!(!shown.contains(OWN) && !shown.contains(USERS), "{shown}");
}

#[tokio::test]
async fn the_id_of_the_request_is_passed_on() {
    let server = Server::start(|_| GOOD);
    let peer = peer(server.address);
    with_request_id("abc-1", async {
        peer.get("/").send().await.unwrap();
    })
    .await;
    // an id that is no header value is left out, and costs no call
    with_request_id("a\nb", async {
        peer.get("/").send().await.unwrap();
    })
    .await;
    peer.get("/").send().await.unwrap();
    let ids: Vec<_> = server.requests().iter().map(|asked| asked.header("x-request-id").map(str::to_owned)).collect();
    assert_eq!(ids, [Some("abc-1".to_owned()), None, None]);
}

#[tokio::test]
async fn the_trace_is_passed_on() {
    let collector = Server::start(|_| GOOD);
    let settings =
        TelemetrySettings { otlp_endpoint: Some(format!("http://{}", collector.address)), ..Default::default() };
    let (dispatch, _telemetry) = telemetry::build(&settings, "incidents", "1.0", std::io::sink, false).unwrap();
    let _here = tracing::dispatcher::set_default(&dispatch);

    let server = Server::start(|_| GOOD);
    let span = tracing::info_span!("request");
    telemetry::join_trace(&span, |name| {
        (name == "traceparent").then_some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    });
    async { peer(server.address).get("/").send().await.unwrap() }.instrument(span).await;
    let requests = server.requests();
    let parent = requests[0].header("traceparent").unwrap();
    assert!(parent.starts_with("00-0af7651916cd43dd8448eb211c80319c-"), "the caller's trace: {parent}");
    assert!(!parent.contains("b7ad6b7169203331"), "with a span of ours as its parent: {parent}");
}
