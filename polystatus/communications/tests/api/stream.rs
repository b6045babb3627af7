//! What changes, told as it does.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::json;
use testbed::client::Client;
use testbed::on_both_storages;
use testbed::storage::Storage;
use tokio::time::timeout;

use crate::app::spawn_app;

on_both_storages! {
    a_listener_hears_what_the_public_is_told,
    numbers_of_events_count_no_mails,
}

const SOON: Duration = Duration::from_secs(10);

async fn listen(client: &Client, last: Option<&str>) -> Response {
    let request = client.stranger().request(Method::GET, "/api/v1/public/stream");
    let request = last.into_iter().fold(request, |request, last| request.header("Last-Event-ID", last));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

/// Read until the stream holds this; what was read so far.
async fn read_until(stream: &mut Response, wanted: &str) -> String {
    let mut read = String::new();
    while !read.contains(wanted) {
        let piece = timeout(SOON, stream.chunk()).await.unwrap_or_else(|_| panic!("no {wanted} in {read}"));
        read.push_str(std::str::from_utf8(&piece.unwrap().expect("more to come")).unwrap());
    }
    read
}

async fn a_listener_hears_what_the_public_is_told(storage: Storage) {
    let app = spawn_app(storage).await;
    let mut stream = listen(&app, None).await;
    read_until(&mut stream, "retry: 2000\n\n").await;
    app.announce("INC-1", "investigating", "We look at it").await;
    let heard = read_until(&mut stream, "event: status\n").await;
    assert!(heard.contains("event: incident\n") && heard.contains("We look at it"), "{heard}");
    let id = heard.split("id: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    app.put("/api/v1/banner", &json!({"text": "Hello"})).await.assert_status(200);
    read_until(&mut stream, "\"text\":\"Hello\"").await;
    // who comes back hears of what was missed, and of nothing else
    let mut again = listen(&app, Some(&id)).await;
    let missed = read_until(&mut again, "event: status\n").await;
    assert!(missed.contains("\"text\":\"Hello\"") && !missed.contains("We look at it"), "{missed}");
    let mut future = listen(&app, Some("99999999")).await;
    read_until(&mut future, "event: reload\n").await;
    // and when the service stops, all end: otherwise it would wait for them
    drop(app);
    for stream in [&mut stream, &mut again, &mut future] {
        timeout(SOON, async { while let Ok(Some(_)) = stream.chunk().await {} }).await.expect("an end");
    }
}

/// The numbers of the events in this text.
fn numbers(heard: &str) -> Vec<u64> {
    heard.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect()
}

async fn numbers_of_events_count_no_mails(storage: Storage) {
    let app = spawn_app(storage).await;
    for reader in ["ada", "zoe"] {
        app.subscribe(json!({"email": format!("{reader}@example.org")})).await;
    }
    let mut stream = listen(&app, None).await;
    read_until(&mut stream, "retry: 2000\n\n").await;
    app.announce("INC-1", "investigating", "We look at it").await;
    let first = numbers(&read_until(&mut stream, "event: status\n").await);
    app.all_delivered().await;
    app.put("/api/v1/banner", &json!({"text": "Hello"})).await.assert_status(200);
    let second = numbers(&read_until(&mut stream, "\"text\":\"Hello\"").await);
    assert_eq!((first.first(), second.last()), (Some(&1), Some(&2)));
}
