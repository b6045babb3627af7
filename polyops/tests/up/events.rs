//! What one service says, the others hear.

use std::time::Duration;

use serde_json::{Value, json};
use tempfile::tempdir;
use testbed::client::Client;
use testbed::wait::until_async;

use crate::house::House;

const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_server_goes_down_and_the_public_is_told_until_it_is_up_again() {
    let place = tempdir().unwrap();
    let house = House::with(place.path(), |program| program.env("INCIDENTS_FROM_SERVERS", "true"));
    let (inventory, incidents, communications) =
        (house.client("inventory"), house.client("incidents"), house.client("communications"));
    inventory.patch("/api/v1/servers/1", &json!({"status": "down"})).await;
    let id = opened(&incidents, "web-prod-01 is down").await;

    let told = json!({"incident_id": id, "message": "A server is away", "state": "investigating"});
    assert_eq!(communications.post("/api/v1/public/announce", &told).await.status, 201);
    assert_eq!(public(&communications, &id).await["title"], "web-prod-01 is down");

    inventory.patch("/api/v1/servers/1", &json!({"status": "up"})).await;
    until_async("the end on the public page", LIMIT, async || {
        (public(&communications, &id).await["status"] == "resolved").then_some(())
    })
    .await;
    house.stop();
}

async fn opened(incidents: &Client, title: &str) -> String {
    until_async("the incident", LIMIT, async || {
        let list = incidents.get("/api/v1/incidents").await.json();
        let found = list.as_array()?.iter().find(|incident| incident["title"] == title)?;
        Some(found["id"].as_str()?.to_owned())
    })
    .await
}

async fn public(communications: &Client, id: &str) -> Value {
    let list = communications.get("/api/v1/public/status").await.json();
    list.as_array().unwrap().iter().find(|incident| incident["id"] == id).cloned().unwrap_or_default()
}
