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
    for status in [403, 404, 429, 403, 404, 429] {
        server.fail(status);
        app.refresh("forge").await;
    }
    server.send(well());
    assert_eq!(app.refresh("forge").await["outcome"], "changed");
}

#[tokio::test]
async fn one_provider_that_hangs_holds_up_no_other() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.poll_seconds = 1).await;
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
