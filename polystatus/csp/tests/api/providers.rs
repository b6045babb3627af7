//! Providers: added, described otherwise, taken out.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::{on_both_storages, storage::Storage};

use crate::app::{shown, spawn_app, spawn_with};
use crate::feed_server::{FeedServer, incident, page};

on_both_storages! {
    a_provider_is_added_read_replaced_and_taken_out,
    two_of_one_name_are_refused,
    with_another_feed_what_was_known_is_forgotten,
}

async fn a_provider_is_added_read_replaced_and_taken_out(storage: Storage) {
    let app = spawn_app(storage).await;
    let provider = json!({
        "name": "Forge d'Été", "feed_url": "https://status.example.org/api/v2/summary.json", "type": "json",
        "watch": {"products": ["Git"]}, "opens": {"from": "partial_outage", "sev": 2, "services": ["Checkout"]},
    });
    let created = app.post("/api/v1/csp/providers", &provider).await;
    assert_snapshot!("created", shown(&created));
    let path = created.header("location").to_owned();
    let read = app.stranger().get(&path).await.expect(200);
    assert_eq!(read.json(), created.json());
    let kept = app.request(Method::GET, &path).header("If-None-Match", read.header("etag"));
    send(kept).await.assert_status(304);

    let plain = json!({"name": "Forge", "feed_url": "https://status.example.org/feed", "type": "rss"});
    let stale = send(app.request(Method::PUT, &path).header("If-Match", "\"999\"").json(&plain)).await;
    stale.refused(412);
    let replaced = send(app.request(Method::PUT, &path).header("If-Match", read.header("etag")).json(&plain)).await;
    assert_snapshot!("replaced", shown(&replaced));
    assert_eq!(app.put(&path, &plain).await.expect(200).json(), replaced.json(), "nothing to do");

    app.delete(&path).await.assert_status(204);
    app.get(&path).await.refused(404);
    assert_eq!(app.get("/api/v1/csp/providers").await.body, "[]");
    assert_eq!(app.get("/api/v1/csp/status").await.body, "[]");
    let audit = app.get("/api/v1/audit").await.expect(200).json();
    let done: Vec<_> = audit.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(done, ["provider.deleted", "provider.updated", "provider.created"]);
}

async fn two_of_one_name_are_refused(storage: Storage) {
    let app = spawn_app(storage).await;
    app.watch("GitHub", "https://www.example.org/").await;
    let again = json!({"name": "github!", "feed_url": "https://www.example.org/", "type": "json"});
    assert_snapshot!("taken", shown(&app.post("/api/v1/csp/providers", &again).await));
}

async fn with_another_feed_what_was_known_is_forgotten(storage: Storage) {
    let app = spawn_app(storage).await;
    let server = FeedServer::with(page("major", "operational", &json!([incident("i1", "major")]))).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    assert_eq!(app.events("").await.len(), 1);
    let elsewhere = json!({"name": "Forge", "feed_url": server.at("/elsewhere"), "type": "json"});
    app.put("/api/v1/csp/providers/forge", &elsewhere).await.assert_status(200);
    assert_eq!(app.events("").await.len(), 0);
    let status = app.status("forge").await;
    assert_eq!((&status["state"], &status["as_of"]), (&json!("unknown"), &json!(null)));
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 10..15 {
        app.watch(&format!("p{number}"), "https://www.example.org/").await;
    }
    let (mut ids, mut next) = (Vec::new(), Some("/api/v1/csp/providers?limit=2".to_owned()));
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        ids.extend(page.json().as_array().unwrap().iter().map(|provider| crate::app::text(provider, "id")));
        next = page.next();
    }
    assert_eq!(ids, ["p10", "p11", "p12", "p13", "p14"]);
}

#[tokio::test]
async fn a_provider_that_is_added_is_read_soon() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.poll_seconds = 60).await;
    let server = FeedServer::with(crate::feed_server::well()).await;
    app.watch("Forge", &server.url()).await;
    testbed::wait::until_async("the first look", std::time::Duration::from_secs(20), async || {
        (app.status("forge").await["state"] == "operational").then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_the_old_feed_says_is_nothing_about_the_new_one() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.fetch_seconds = 3).await;
    let server = FeedServer::with(crate::feed_server::well()).await;
    server.reply("/old", crate::feed_server::Reply::ThenSilence(Vec::new()));
    app.watch("Forge", &server.at("/old")).await;
    let looking = app.refresh("forge");
    let moving = async {
        let asked = async || (!server.requests().is_empty()).then_some(());
        testbed::wait::until_async("the question", std::time::Duration::from_secs(20), asked).await;
        let elsewhere = json!({"name": "Forge", "feed_url": server.url(), "type": "json"});
        app.put("/api/v1/csp/providers/forge", &elsewhere).await.assert_status(200);
        app.refresh("forge").await
    };
    let (old, new) = futures_util::future::join(looking, moving).await;
    assert_eq!(
        [&old["outcome"], &old["error"]],
        [&json!("failed"), &json!("it was changed while it was asked: ask again")]
    );
    assert_eq!(new["to"], "operational");
    let status = app.status("forge").await;
    assert_eq!([&status["state"], &status["error"]], [&json!("operational"), &json!(null)]);
}
