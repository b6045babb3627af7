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
    a_listener_hears_of_each_change,
    a_client_of_ofrep_hears_that_it_must_ask_again,
}

const SOON: Duration = Duration::from_secs(10);

async fn listen(client: &Client, path: &str, last: Option<&str>) -> Response {
    let request = client.stranger().request(Method::GET, path);
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

fn id_of(heard: &str) -> String {
    heard.split("id: ").nth(1).unwrap().lines().next().unwrap().to_owned()
}

async fn a_listener_hears_of_each_change(storage: Storage) {
    let app = spawn_app(storage).await;
    let path = "/api/v1/flags/stream";
    let mut stream = listen(&app, path, None).await;
    read_until(&mut stream, "retry: 2000\n\n").await;
    app.put_flag(json!({"id": "a", "targets": {"users": {"nadia": "on"}}})).await;
    let heard = read_until(&mut stream, "\n\n").await;
    assert!(heard.contains("event: change\n") && heard.contains("\"action\":\"created\""), "{heard}");
    assert!(!heard.contains("nadia"), "the stream is open to everybody: {heard}");
    let id = id_of(&heard);
    app.post("/admin/toggle/a", &json!({"on": false})).await.assert_status(200);
    let heard = read_until(&mut stream, "\n\n").await;
    assert!(heard.contains("\"action\":\"toggled\"") && heard.contains("\"on\":false"), "{heard}");
    app.post("/admin/segments", &json!({"id": "s"})).await.assert_status(201);
    read_until(&mut stream, "\"segment\":\"s\"").await;
    app.delete("/admin/flags/a").await.assert_status(204);
    read_until(&mut stream, "\"action\":\"deleted\"").await;
    // who comes back hears of what was missed, also of what is gone
    let mut again = listen(&app, path, Some(&id)).await;
    let missed = read_until(&mut again, "\"action\":\"deleted\"").await;
    assert!(missed.contains("\"action\":\"toggled\"") && !missed.contains(&format!("id: {id}\n")), "{missed}");
    let mut lost = listen(&app, path, Some("999999")).await;
    read_until(&mut lost, "event: reload\n").await;
    // and when the service stops, all end: otherwise it would wait for them
    drop(app);
    for stream in [&mut stream, &mut again, &mut lost] {
        timeout(SOON, async { while let Ok(Some(_)) = stream.chunk().await {} }).await.expect("an end");
    }
}

async fn a_client_of_ofrep_hears_that_it_must_ask_again(storage: Storage) {
    let app = spawn_app(storage).await;
    app.simple("a").await;
    let mut stream = listen(&app, "/ofrep/v1/sse", None).await;
    read_until(&mut stream, "retry: 2000\n\n").await;
    // what changes no flag is not told
    app.post("/admin/requests", &json!({"change": {"action": "delete", "id": "a"}})).await.assert_status(201);
    app.post("/admin/toggle/a", &json!({"on": false})).await.assert_status(200);
    let bulk = async |query: &str, tag: &str| {
        let request =
            app.stranger().request(Method::POST, "/ofrep/v1/evaluate/flags").query(&[("flagConfigEtag", query)]);
        testbed::client::send(request.header("If-None-Match", tag).json(&json!({}))).await
    };
    // the flag's making may be told after the stream was opened, and before the change
    let (heard, tag) = loop {
        let heard = read_until(&mut stream, "\n\n").await;
        assert!(heard.contains("event: message\n") && heard.contains("\"type\":\"refetchEvaluation\""), "{heard}");
        let data: serde_json::Value = serde_json::from_str(heard.split("data: ").nth(1).unwrap().trim()).unwrap();
        assert_eq!(data["lastModified"], testbed::service::START);
        // a client that was told of it, and has it, is told so
        let told = data["etag"].as_str().unwrap();
        let tag = bulk(told, "\"none\"").await.expect(200).header("etag").to_owned();
        if bulk(told, &tag).await.status == 304 {
            break (heard, tag);
        }
    };
    assert_eq!(bulk("\"another\"", &tag).await.status, 200);
    // who comes back after a change is told at once, and who has missed nothing is not
    let id = id_of(&heard);
    app.simple("b").await;
    let mut again = listen(&app, "/ofrep/v1/sse", Some(&id)).await;
    read_until(&mut again, "refetchEvaluation").await;
}

#[tokio::test]
async fn who_has_heard_a_part_of_an_import_hears_all_of_it_again() {
    let app = spawn_app(Storage::sqlite()).await;
    let path = "/api/v1/flags/stream";
    let mut stream = listen(&app, path, None).await;
    read_until(&mut stream, "retry: 2000\n\n").await;
    let flag = json!({"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"});
    // a flag and a segment of the same name are two
    app.import(&json!({"flags": {"a": flag, "b": flag}, "$evaluators": {"a": {"var": "x"}}})).await;
    let heard = read_until(&mut stream, "\"flag\":\"b\"").await;
    let ids: Vec<_> = heard.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!((ids.len(), ids[0] == ids[1], ids[1] == ids[2]), (3, true, false), "{heard}");
    app.simple("later").await;
    let mut again = listen(&app, path, Some(ids[1])).await;
    let missed = read_until(&mut again, "\"flag\":\"later\"").await;
    for part in ["\"segment\":\"a\"", "\"flag\":\"a\"", "\"flag\":\"b\""] {
        assert!(missed.contains(part), "{part} in {missed}");
    }
    let mut rest = listen(&app, path, Some(ids[2])).await;
    let missed = read_until(&mut rest, "\"flag\":\"later\"").await;
    assert!(!missed.contains("\"flag\":\"b\""), "{missed}");
}
