//! What changes, told as it does.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::json;
use testbed::client::Client;
use tokio::time::timeout;

use crate::app::spawn_app;
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_listener_hears_of_each_change,
}

const SOON: Duration = Duration::from_secs(10);

async fn listen(client: &Client, last: Option<&str>) -> Response {
    let request = client.stranger().request(Method::GET, "/api/v1/incidents/stream");
    let request = last.into_iter().fold(request, |request, last| request.header("Last-Event-ID", last));
    let response = request.send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/event-stream".parse().unwrap())
    );
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

async fn a_listener_hears_of_each_change(storage: Storage) {
    let app = spawn_app(storage).await;
    let mut stream = listen(&app, None).await;
    read_until(&mut stream, "retry: 2000\n\n").await;
    let incident = app.open_one().await;
    let heard = read_until(&mut stream, "\n\n").await;
    assert!(heard.contains("event: incident\n") && heard.contains("\"status\":\"open\""), "{heard}");
    let id = heard.split("id: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    app.set_status(&incident, "resolved").await;
    let heard = read_until(&mut stream, "\n\n").await;
    assert!(heard.contains("\"status\":\"resolved\""), "{heard}");
    app.add_service("mail").await;
    read_until(&mut stream, "event: service\n").await;
    for _ in 0..3 {
        app.post("/api/v1/reports", &json!({"service": "mail", "symptom": "slow"})).await;
    }
    // who comes back hears of what was missed
    let mut again = listen(&app, Some(&id)).await;
    let missed = read_until(&mut again, "event: service\n").await;
    assert!(missed.contains("\"status\":\"resolved\"") && !missed.contains("\"status\":\"open\""), "{missed}");
    // and when the service stops, both end: otherwise it would wait for them
    drop(app);
    for stream in [&mut stream, &mut again] {
        timeout(SOON, async { while let Ok(Some(_)) = stream.chunk().await {} }).await.expect("an end");
    }
}
