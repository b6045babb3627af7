//! What providers tell: seen, changed, over.

use insta::assert_snapshot;
use serde_json::{Value, json};
use testbed::{on_both_storages, storage::Storage};

use crate::app::{spawn_app, text};
use crate::feed_server::{FeedServer, incident, page, well};

on_both_storages! {
    an_event_is_seen_changed_and_over,
}

fn with(incident: &Value, field: &str, value: Value) -> Value {
    let mut incident = incident.clone();
    incident[field] = value;
    incident
}

async fn an_event_is_seen_changed_and_over(storage: Storage) {
    let app = spawn_app(storage).await;
    let one = incident("i1", "major");
    let server = FeedServer::with(page("major", "partial_outage", &json!([one, incident("i2", "minor")]))).await;
    app.watch("Forge", &server.url()).await;
    let polled = app.refresh("forge").await;
    assert_eq!(polled["opened"], json!(["i1", "i2"]));
    assert_snapshot!("events", app.get("/api/v1/csp/events?active=true&limit=1").await.json().to_string());
    assert_eq!(app.refresh("forge").await["outcome"], "unchanged");

    let worse = with(&with(&one, "impact", json!("critical")), "updated_at", json!("2023-11-14T22:10:00Z"));
    server.send(page("critical", "major_outage", &json!([worse, incident("i2", "minor")])));
    let polled = app.refresh("forge").await;
    assert_eq!((&polled["updated"], &polled["to"]), (&json!(["i1"]), &json!("major_outage")));

    // one is told to be over, the other is told no more
    let over = with(&with(&worse, "status", json!("resolved")), "resolved_at", json!("2023-11-14T22:12:00Z"));
    server.send(page("none", "operational", &json!([over])));
    let polled = app.refresh("forge").await;
    assert_eq!(polled["closed"], json!(["i1", "i2"]));
    assert!(app.events("?active=true").await.is_empty());
    let statuses: Vec<String> = app.events("").await.iter().map(|event| text(event, "status")).collect();
    assert_eq!(statuses, ["gone from the feed", "resolved critical"]);
}

#[tokio::test]
async fn events_are_filtered_and_have_pages() {
    let app = spawn_app(Storage::sqlite()).await;
    let incidents: Vec<Value> = (10..15).map(|number| incident(&format!("i{number}"), "minor")).collect();
    let server = FeedServer::with(page("minor", "operational", &json!(incidents))).await;
    app.watch("Forge", &server.url()).await;
    let provider =
        json!({"name": "Anvil", "feed_url": server.url(), "type": "json", "watch": {"products": ["Hammer"]}});
    app.add(provider).await;
    app.post("/api/v1/csp/refresh", &json!(null)).await.assert_status(200);
    assert_eq!(app.events("?provider=forge").await.len(), 5);
    assert_eq!(app.events("?watched=false").await.len(), 5);
    assert_eq!(app.events("?provider=forge&active=false").await.len(), 0);
    let (mut seen, mut next) = (Vec::new(), Some("/api/v1/csp/events?limit=3".to_owned()));
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        seen.extend(page.json().as_array().unwrap().iter().map(|event| text(event, "provider") + &text(event, "id")));
        next = page.next();
    }
    assert_eq!(seen.len(), 10);
    seen.dedup();
    assert_eq!(seen.len(), 10);
}

#[tokio::test]
async fn a_feed_that_does_not_list_all_that_is_open_closes_nothing_by_silence() {
    let app = spawn_app(Storage::sqlite()).await;
    let item = |id: &str, text: &str| {
        format!(
            "<item><guid>{id}</guid><title>{id}</title><description>{text} - We look.</description><pubDate>Tue, 14 Nov 2023 22:00:00 GMT</pubDate></item>"
        )
    };
    let feed = |items: &str| format!("<rss><channel><title>Harbour</title>{items}</channel></rss>");
    let server = FeedServer::with(feed(&item("a", "Investigating"))).await;
    app.watch("Harbour", &server.url()).await;
    app.refresh("harbour").await;
    server.send(feed(&item("b", "Resolved")));
    app.refresh("harbour").await;
    let open: Vec<String> = app.events("?active=true").await.iter().map(|event| text(event, "id")).collect();
    assert_eq!(open, ["a"]);
}

#[tokio::test]
async fn a_feed_full_of_history_is_kept_in_bounds() {
    let app = spawn_app(Storage::sqlite()).await;
    let incidents: Vec<Value> = (0..2000).map(|number| incident(&format!("i{number}"), "minor")).collect();
    let server = FeedServer::with(page("minor", "operational", &json!(incidents))).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    assert_eq!(app.events("?limit=500").await.len(), 300);
    let status = app.status("forge").await;
    assert_eq!(status["note"], "1700 events of the feed are left out: there are too many");
    assert_eq!(status["state"], "degraded", "what is left out counts all the same");
    let ancient = json!([{"id": "old", "name": "x", "status": "resolved", "impact": "minor", "created_at": "2020-01-01T00:00:00Z"}]);
    server.send(page("none", "operational", &ancient));
    app.refresh("forge").await;
    assert!(app.events("?limit=500").await.iter().all(|event| event["id"] != "old"));
    server.send(well());
    app.clock.advance(95 * 24 * 60 * 60);
    app.refresh("forge").await;
    assert_eq!(app.events("").await.len(), 0, "after three months they are forgotten");
}

#[tokio::test]
async fn an_event_that_is_over_after_half_a_year_is_over() {
    let app = spawn_app(Storage::sqlite()).await;
    let long = with(&incident("i1", "major"), "created_at", json!("2023-05-01T00:00:00Z"));
    let long = with(&long, "updated_at", json!("2023-05-01T00:00:00Z"));
    let server = FeedServer::with(page("major", "operational", &json!([long]))).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    assert_eq!(app.events("?active=true").await.len(), 1);
    server.send(page("none", "operational", &json!([with(&long, "status", json!("resolved"))])));
    assert_eq!(app.refresh("forge").await["closed"], json!(["i1"]));
}

/// The number of all events, page by page.
async fn all_events(app: &crate::app::TestApp) -> usize {
    let (mut number, mut next) = (0, Some("/api/v1/csp/events?limit=500".to_owned()));
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        number += page.json().as_array().unwrap().len();
        next = page.next();
    }
    number
}

#[tokio::test]
async fn a_feed_that_invents_events_fills_no_disk() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::start().await;
    app.watch("Forge", &server.url()).await;
    app.watch("Harbour", &server.at("/rss")).await;
    for round in 0..4 {
        let ids = (0..300).map(|number| format!("r{round}-{number}"));
        let incidents: Vec<Value> = ids.clone().map(|id| incident(&id, "minor")).collect();
        server.send(page("none", "operational", &json!(incidents)));
        let items: Vec<String> = ids
            .map(|id| format!("<item><guid>{id}</guid><title>{id}</title><description>Investigating - x</description><pubDate>Tue, 14 Nov 2023 22:00:00 GMT</pubDate></item>"))
            .collect();
        let feed = format!("<rss><channel><title>Harbour</title>{}</channel></rss>", items.concat());
        server.reply("/rss", crate::feed_server::Reply::Whole(200, Vec::new(), feed.into()));
        app.refresh("forge").await;
        app.refresh("harbour").await;
    }
    assert_eq!(all_events(&app).await, 2000, "a thousand each");
    // what is over made room; where all goes on, what is new has none
    assert_eq!(app.events("?provider=forge&active=true&limit=500").await.len(), 300);
    assert_eq!(app.status("forge").await["note"], json!(null));
    assert_eq!(app.status("harbour").await["note"], "200 events of the feed are left out: there are too many");
}

#[tokio::test]
async fn an_item_that_has_left_its_feed_is_over_after_a_week_without_a_word() {
    let app = spawn_app(Storage::sqlite()).await;
    let item = |id: &str, text: &str| {
        format!(
            "<item><guid>{id}</guid><title>{id}</title><description>{text} - x</description><pubDate>Tue, 14 Nov 2023 22:00:00 GMT</pubDate></item>"
        )
    };
    let feed = |items: &str| format!("<rss><channel><title>Harbour</title>{items}</channel></rss>");
    let server = FeedServer::with(feed(&item("a", "Investigating"))).await;
    app.watch("Harbour", &server.url()).await;
    app.refresh("harbour").await;
    server.send(feed(&item("b", "Resolved")));
    app.clock.advance(6 * 24 * 60 * 60);
    app.refresh("harbour").await;
    assert_eq!(app.events("?active=true").await.len(), 1);
    app.clock.advance(24 * 60 * 60);
    assert_eq!(app.refresh("harbour").await["closed"], json!(["a"]));
}

#[tokio::test]
async fn what_is_missing_while_the_page_is_not_well_is_not_over() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::with(page("critical", "operational", &json!([incident("i1", "critical")]))).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    server.send(page("critical", "operational", &json!([])));
    assert_eq!(app.refresh("forge").await["closed"], json!([]));
    app.clock.advance(7 * 24 * 60 * 60);
    assert_eq!(app.refresh("forge").await["closed"], json!(["i1"]), "nobody has spoken of it for a week");
}

#[tokio::test]
async fn an_item_is_the_same_event_whatever_comes_and_goes_beside_it() {
    for id in ["<guid>the-page</guid>", "<link>https://status.example.org</link>"] {
        let app = spawn_app(Storage::sqlite()).await;
        let item = |title: &str, text: &str| {
            format!(
                "<item>{id}<title>{title}</title><description>{text} - x</description><pubDate>Tue, 14 Nov 2023 22:00:00 GMT</pubDate></item>"
            )
        };
        let feed = |items: &[String]| format!("<rss><channel><title>Harbour</title>{}</channel></rss>", items.concat());
        let server = FeedServer::with(feed(&[item("Fog", "Investigating")])).await;
        app.watch("Harbour", &server.url()).await;
        assert_eq!(app.refresh("harbour").await["opened"].as_array().unwrap().len(), 1, "{id}");
        let fog = text(&app.events("").await[0], "id");
        let ice = item("Ice", "Investigating");
        server.send(feed(&[ice.clone(), item("Fog", "Investigating")]));
        assert_eq!(app.refresh("harbour").await["opened"].as_array().unwrap().len(), 1, "{id}: the ice alone");
        server.send(feed(&[ice.clone(), item("[Resolved] Fog", "Resolved")]));
        assert_eq!(app.refresh("harbour").await["closed"], json!([fog]), "{id}");
        server.send(feed(&[ice]));
        assert_eq!(app.refresh("harbour").await["outcome"], "unchanged", "{id}");
        assert_eq!(app.events("").await.len(), 2, "{id}");
    }
}
