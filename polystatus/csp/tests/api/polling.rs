//! Who is asked when.

use std::time::Duration;

use serde_json::json;
use testbed::storage::Storage;
use testbed::wait;

use crate::app::{flags, spawn_app, spawn_with};
use crate::feed_server::{FeedServer, Reply, page, well};

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn providers_are_asked_without_anybody_asking_for_it() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.poll_seconds = 1).await;
    let server = FeedServer::with(well()).await;
    app.watch("Forge", &server.url()).await;
    wait::until_async("three looks", SOON, async || (server.requests().len() >= 3).then_some(())).await;
    assert_eq!(app.status("forge").await["state"], "operational");
    server.send(page("critical", "major_outage", &json!([])));
    let state = async || (app.status("forge").await["state"] == "major_outage").then_some(());
    wait::until_async("the outage to be seen", SOON, state).await;
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::start().await;
    server.fail(500);
    app.watch("Forge", &server.url()).await;
    for _ in 0..5 {
        assert_eq!(app.refresh("forge").await["error"], "it was answered with 500 Internal Server Error");
    }
    server.send(well());
    assert_eq!(app.refresh("forge").await["error"], "it has kept failing and is left alone for a while");
    assert_eq!(server.requests().len(), 5);
    assert_eq!(flags(&app.status("forge").await), ("unknown".to_owned(), [false, false, false]));
}

#[tokio::test]
async fn a_refusal_does_not_open_the_circuit() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::start().await;
    app.watch("Forge", &server.url()).await;
    for status in [403, 404, 410, 403, 404, 410] {
        server.fail(status);
        app.refresh("forge").await;
    }
    server.send(well());
    assert_eq!(app.refresh("forge").await["outcome"], "changed");
}

#[tokio::test]
async fn one_provider_that_hangs_holds_up_no_other() {
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.poll_seconds = 1;
        settings.fetch_seconds = 2;
    })
    .await;
    let server = FeedServer::with(well()).await;
    for number in 0..4 {
        let path = format!("/hangs-{number}");
        server.reply(&path, Reply::ThenSilence(Vec::new()));
        app.watch(&path, &server.at(&path)).await;
    }
    app.watch("Forge", &server.url()).await;
    let state = async || (app.status("forge").await["state"] == "operational").then_some(());
    wait::until_async("the one that answers", SOON, state).await;
    assert_eq!(app.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn who_asks_twice_at_once_asks_one_after_the_other() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::start().await;
    server.reply("/feed", Reply::Tagged("\"v1\"", well().into()));
    app.watch("Forge", &server.url()).await;
    let polled = futures_util::future::join_all((0..8).map(|_| app.refresh("forge"))).await;
    assert_eq!(polled.iter().filter(|polled| polled["outcome"] == "changed").count(), 1, "{polled:?}");
    assert!(polled.iter().all(|polled| polled["outcome"] != "failed"));
}

#[tokio::test]
async fn whoever_calls_refresh_over_and_over_makes_us_hammer_nobody() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.refresh_seconds = 10).await;
    let server = FeedServer::with(well()).await;
    app.watch("Forge", &server.url()).await;
    assert_eq!(app.refresh("forge").await["outcome"], "changed", "the first is no repetition");
    app.clock.advance(3);
    for _ in 0..5 {
        let polled = app.refresh("forge").await;
        assert_eq!([&polled["outcome"], &polled["retry_after"]], [&json!("too-soon"), &json!(7)]);
        assert_eq!([&polled["from"], &polled["to"]], [&json!("operational"), &json!("operational")]);
    }
    assert_eq!(
        app.post("/api/v1/csp/refresh", &json!(null)).await.expect(200).json()["providers"][0]["outcome"],
        "too-soon"
    );
    assert_eq!(server.requests().len(), 1);
    app.clock.advance(7);
    assert_eq!(app.refresh("forge").await["outcome"], "unchanged");
}

#[tokio::test]
async fn who_wants_to_be_left_alone_is_though_somebody_calls_refresh() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::start().await;
    let date = |minute: &str| format!("Tue, 14 Nov 2023 22:{minute} GMT");
    let head = |name: &'static str, value: &str| (name, value.to_owned());
    for (name, status, headers, seconds) in [
        ("seconds", 503, vec![head("Retry-After", "30")], 30),
        ("date", 429, vec![head("Retry-After", &date("15:20")), head("Date", &date("13:20"))], 120),
        ("unsaid", 429, vec![], 200),
        ("busy", 503, vec![], 200),
        ("long", 503, vec![head("Retry-After", "86400")], 3600),
    ] {
        let path = format!("/{name}");
        server.reply(&path, Reply::Whole(status, headers, Vec::new()));
        app.watch(name, &server.at(&path)).await;
        assert_eq!(app.refresh(name).await["outcome"], "failed", "{name}");
        let asked = server.requests().len();
        let polled = app.refresh(name).await;
        assert_eq!([&polled["outcome"], &polled["retry_after"]], [&json!("too-soon"), &json!(seconds)], "{name}");
        assert_eq!(server.requests().len(), asked, "{name}");
        app.clock.advance(seconds);
        server.reply(&path, Reply::Whole(200, Vec::new(), well().into()));
        assert_eq!(app.refresh(name).await["outcome"], "changed", "{name}");
    }
}
