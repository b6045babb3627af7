//! Day by day.

use serde_json::{Value, json};
use testbed::{on_both_storages, storage::Storage};

use crate::app::{TestApp, spawn_app};
use crate::feed_server::{FeedServer, page, well};

on_both_storages! {
    a_day_tells_how_long_a_provider_was_how,
}

async fn days(app: &TestApp) -> Value {
    app.get("/api/v1/csp/history?days=3&provider=forge").await.expect(200).json()[0]["days"].clone()
}

async fn a_day_tells_how_long_a_provider_was_how(storage: Storage) {
    let app = spawn_app(storage).await;
    let server = FeedServer::with(well()).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    assert_eq!(days(&app).await, json!([]), "nothing is known yet");
    app.clock.advance(60);
    server.send(page("major", "major_outage", &json!([])));
    app.refresh("forge").await;
    app.clock.advance(120);
    app.refresh("forge").await;
    let first = json!({"provider": "forge", "date": "2023-11-14", "worst": "major_outage",
        "seconds": {"operational": 60, "major_outage": 120}});
    assert_eq!(days(&app).await, json!([first]));

    // we were away for two hours, and midnight came: what nobody saw was nothing, and not well
    app.clock.advance(2 * 60 * 60);
    app.refresh("forge").await;
    app.clock.advance(30);
    app.refresh("forge").await;
    let second =
        json!({"provider": "forge", "date": "2023-11-15", "worst": "major_outage", "seconds": {"major_outage": 30}});
    assert_eq!(days(&app).await, json!([first, second]));
    assert_eq!(app.get("/api/v1/csp/history?days=1").await.json()[0]["days"], json!([second]));
}

#[tokio::test]
async fn while_it_is_unknown_the_day_says_so() {
    let app = spawn_app(Storage::sqlite()).await;
    let server = FeedServer::with(well()).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    server.send("nonsense");
    app.refresh("forge").await;
    app.clock.advance(45);
    app.refresh("forge").await;
    assert_eq!(days(&app).await[0]["seconds"], json!({"unknown": 45}));
}
