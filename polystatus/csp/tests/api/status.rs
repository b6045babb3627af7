//! How a provider is: its state, its sources, and the three flags.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::{on_both_storages, storage::Storage};

use crate::app::{flags, shown, spawn_app};
use crate::feed_server::{FeedServer, incident, page, well};

on_both_storages! {
    the_worst_is_shown_with_its_sources,
    what_is_known_is_shown_until_it_is_stale,
    what_cannot_be_read_is_unknown_at_once,
}

async fn the_worst_is_shown_with_its_sources(storage: Storage) {
    let app = spawn_app(storage).await;
    // the page says that all is well, above a critical incident
    let server = FeedServer::with(page("none", "operational", &json!([incident("i1", "critical")]))).await;
    app.watch("Forge", &server.url()).await;
    assert_eq!(
        flags(&app.status("forge").await),
        ("unknown".to_owned(), [false, false, false]),
        "before the first look"
    );
    assert_snapshot!("refreshed", shown(&app.post("/api/v1/csp/refresh", &json!(null)).await));
    let list = app.stranger().get("/api/v1/csp/status").await;
    assert_snapshot!("status", shown(&list));
    assert_eq!(list.json()[0], app.status("forge").await);
    let kept = send(app.request(Method::GET, "/api/v1/csp/status").header("If-None-Match", list.header("etag"))).await;
    kept.assert_status(304);
    app.clock.advance(1);
    let later = send(app.request(Method::GET, "/api/v1/csp/status").header("If-None-Match", list.header("etag"))).await;
    later.assert_status(304);
    assert_eq!(app.get("/api/v1/csp/status").await.json()[0]["age_seconds"], 1);
}

async fn what_is_known_is_shown_until_it_is_stale(storage: Storage) {
    let app = spawn_app(storage).await;
    let server = FeedServer::with(page("major", "partial_outage", &json!([]))).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    assert_eq!(flags(&app.status("forge").await), ("partial_outage".to_owned(), [true, true, true]));
    app.shows(&["csp_provider_known{provider=\"forge\"} 1", "csp_providers{state=\"partial_outage\"} 1"]).await;
    server.fail(404);
    app.clock.advance(300);
    assert_eq!(app.refresh("forge").await["error"], "it was answered with 404 Not Found");
    assert_eq!(flags(&app.status("forge").await), ("partial_outage".to_owned(), [false, true, true]));
    app.clock.advance(301);
    // nobody has looked meanwhile: the time alone makes it stale
    let status = app.status("forge").await;
    assert_eq!(flags(&status), ("unknown".to_owned(), [false, true, false]));
    assert_eq!(status["age_seconds"], 601);
    app.shows(&["csp_provider_known{provider=\"forge\"} 0", "csp_providers{state=\"unknown\"} 1"]).await;
    server.send(well());
    app.refresh("forge").await;
    assert_eq!(flags(&app.status("forge").await), ("operational".to_owned(), [true, true, true]));
}

async fn what_cannot_be_read_is_unknown_at_once(storage: Storage) {
    let app = spawn_app(storage).await;
    let server = FeedServer::with(well()).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    server.send("<html>All Systems Operational</html>");
    let polled = app.refresh("forge").await;
    assert_eq!((&polled["from"], &polled["to"]), (&json!("operational"), &json!("unknown")));
    let status = app.status("forge").await;
    assert_eq!(flags(&status), ("unknown".to_owned(), [true, false, true]));
    assert_eq!(status["error"], "the body is a page of HTML and not a feed");
    // an error of the server does not make what came before it readable
    server.fail(404);
    app.refresh("forge").await;
    assert_eq!(flags(&app.status("forge").await), ("unknown".to_owned(), [false, false, true]));
}

#[tokio::test]
async fn an_empty_list_after_an_event_that_never_ended_is_unknown_for_hours() {
    let app = spawn_app(Storage::sqlite()).await;
    let item = "<item><guid>a</guid><title>Outage</title><pubDate>Tue, 14 Nov 2023 20:29:09 Z</pubDate></item>";
    let azure = |items: &str| format!("<rss><channel><title>Azure Status</title>{items}</channel></rss>");
    let server = FeedServer::with(azure(item)).await;
    app.watch("Azure", &server.url()).await;
    app.refresh("azure").await;
    assert_eq!(app.status("azure").await["state"], "degraded");
    server.send(azure(""));
    app.clock.advance(60);
    app.refresh("azure").await;
    let status = app.status("azure").await;
    assert_eq!(flags(&status), ("unknown".to_owned(), [true, true, true]));
    assert_eq!(status["note"], "The feed is empty, and told of an event before that it never ended");
    assert_eq!(app.events("?active=true").await.len(), 1, "nobody said that it is over");
    app.clock.advance(6 * 60 * 60 - 1);
    app.refresh("azure").await;
    assert_eq!(app.status("azure").await["state"], "unknown");
    app.clock.advance(1);
    let polled = app.refresh("azure").await;
    assert_eq!((&polled["to"], polled["closed"].as_array().unwrap().len()), (&json!("operational"), 1));
    assert_eq!(app.events("?active=true").await.len(), 0);
}

#[tokio::test]
async fn a_page_that_has_lost_its_components_is_unknown() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::with(well()).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    server.send(json!({"page": {"name": "Forge"}, "status": {"indicator": "none"}, "components": []}).to_string());
    for _ in 0..2 {
        app.clock.advance(60);
        app.refresh("forge").await;
        let status = app.status("forge").await;
        assert_eq!(
            [&status["state"], &status["note"]],
            [&json!("unknown"), &json!("The page has no components, and had some before")]
        );
    }
    app.clock.advance(6 * 60 * 60);
    app.refresh("forge").await;
    assert_eq!(app.status("forge").await["state"], "operational");
}
