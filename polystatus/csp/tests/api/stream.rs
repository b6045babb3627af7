//! What changes, told as it does.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::json;
use testbed::storage::Storage;
use tokio::time::timeout;

use crate::app::spawn_app;
use crate::feed_server::{FeedServer, incident, page};

const SOON: Duration = Duration::from_secs(10);

/// Read until the stream holds this; what was read so far.
async fn read_until(stream: &mut Response, wanted: &str) -> String {
    let mut read = String::new();
    while !read.contains(wanted) {
        let piece = timeout(SOON, stream.chunk()).await.unwrap_or_else(|_| panic!("no {wanted} in {read}"));
        read.push_str(std::str::from_utf8(&piece.unwrap().expect("more to come")).unwrap());
    }
    read
}

#[tokio::test]
async fn a_listener_hears_of_each_change() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::with(page("major", "partial_outage", &json!([incident("i1", "major")]))).await;
    app.watch("Forge", &server.url()).await;
    let mut stream = app.stranger().request(Method::GET, "/api/v1/csp/stream").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    read_until(&mut stream, "event: reload\n").await;
    app.refresh("forge").await;
    let heard = read_until(&mut stream, "\"state\":\"partial_outage\"").await;
    assert!(heard.contains("event: provider-event\n") || heard.contains("event: status\n"), "{heard}");
    // when the service stops, it ends: otherwise it would wait for the listener
    drop(app);
    timeout(SOON, async { while let Ok(Some(_)) = stream.chunk().await {} }).await.expect("an end");
}

#[tokio::test]
async fn a_listener_hears_that_what_was_known_has_become_stale() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::with(page("none", "operational", &json!([]))).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    let mut stream = app.stranger().request(Method::GET, "/api/v1/csp/stream").send().await.unwrap();
    read_until(&mut stream, "event: reload\n").await;
    // nobody looks
    app.clock.advance(601);
    let heard = read_until(&mut stream, "\"since\":1700000601").await;
    assert!(heard.contains("event: status\n") && heard.contains("\"state\":\"unknown\""), "{heard}");
    let status = app.status("forge").await;
    assert_eq!([&status["since"], &status["checked_at"]], [&json!(1_700_000_601), &json!(1_700_000_000)]);
}
