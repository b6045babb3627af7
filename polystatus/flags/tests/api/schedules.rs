//! Changes that are made at their time.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::client::Client;
use testbed::on_both_storages;
use testbed::service::START;
use testbed::storage::Storage;
use testbed::wait;

use crate::app::{column, spawn_app, text};
use crate::later::plan;

on_both_storages! {
    a_change_is_made_at_its_time_and_once,
}

const SOON: Duration = Duration::from_secs(20);

async fn until_state(app: &Client, schedule: &str, wanted: &str) -> Value {
    wait::until_async(wanted, SOON, async || {
        let now = app.get(schedule).await;
        // a replica may not have heard of it yet
        (now.status == 200).then(|| now.json()).filter(|now| now["state"] == wanted)
    })
    .await
}

async fn a_change_is_made_at_its_time_and_once(storage: Storage) {
    let app = spawn_app(storage).await;
    // both look at the same clock and the same storage
    let replica = app.replica().await;
    app.simple("a").await;
    let schedule = plan(&app, START + 60, json!({"action": "toggle", "id": "a", "on": false})).await;
    let later = plan(&app, START + 120, json!({"action": "toggle", "id": "a", "on": true})).await;
    app.clock.advance(59);
    assert_eq!(app.get(&schedule).await.json()["state"], "pending");
    app.clock.advance(1);
    until_state(&app, &schedule, "applied").await;
    assert_eq!(app.variation("a", "x").await, "off");
    until_state(&replica, &schedule, "applied").await;
    assert_eq!(replica.variation("a", "x").await, "off");
    app.clock.advance(60);
    until_state(&app, &later, "applied").await;
    let history = app.get("/admin/flags/a/history").await.json();
    assert_eq!(column(&history, "action"), ["toggled", "toggled", "created"]);
    let by = format!("schedule {}", schedule.rsplit('/').next().unwrap());
    assert_eq!(history[1]["by"], by);
    let audit = app.get("/api/v1/audit").await.json();
    let applied = column(&audit, "action").into_iter().filter(|action| action == "schedule.applied").count();
    assert_eq!(applied, 2, "{audit}");
}

#[tokio::test]
async fn after_a_long_stop_changes_are_made_in_the_order_of_their_times() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let mut last = String::new();
    for (at, description) in [(30, "third"), (10, "first"), (20, "second")] {
        let flag = json!({"id": "a", "description": description});
        let schedule = plan(&app, START + at, json!({"action": "put", "flag": flag})).await;
        if description == "third" {
            last = schedule;
        }
    }
    app.clock.advance(1000);
    until_state(&app, &last, "applied").await;
    assert_eq!(app.get("/admin/flags/a").await.json()["description"], "third");
    let history = app.get("/admin/flags/a/history").await.json();
    let told: Vec<_> =
        history.as_array().unwrap().iter().map(|change| change["definition"]["description"].clone()).collect();
    assert_eq!(told, ["third", "second", "first", ""]);
}

#[tokio::test]
async fn what_cannot_be_made_has_failed_and_says_why() {
    let app = spawn_app(Storage::sqlite()).await;
    let schedule = plan(&app, START + 1, json!({"action": "toggle", "id": "gone", "on": true})).await;
    let stale = json!({"id": "b", "rules": [{"if": {"segment": "gone"}, "variation": "on"}]});
    let broken = plan(&app, START + 1, json!({"action": "put", "flag": stale})).await;
    app.clock.advance(1);
    assert_eq!(until_state(&app, &schedule, "failed").await["failure"], "Flag not found");
    let why = text(&until_state(&app, &broken, "failed").await, "failure");
    assert!(why.contains("there is no evaluator \"gone\""), "{why}");
}

#[tokio::test]
async fn a_planned_change_is_taken_back() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let schedule = plan(&app, START + 10, json!({"action": "delete", "id": "a"})).await;
    let other = plan(&app, START + 10, json!({"action": "toggle", "id": "a", "on": false})).await;
    assert_eq!(app.delete(&schedule).await.expect(200).json()["state"], "cancelled");
    app.delete(&schedule).await.refused(409);
    app.clock.advance(10);
    until_state(&app, &other, "applied").await;
    app.get("/admin/flags/a").await.assert_status(200);
    assert_eq!(app.get(&schedule).await.json()["state"], "cancelled");
    app.delete(&other).await.refused(409);
}

#[tokio::test]
async fn changes_for_the_same_second_are_made_in_the_order_in_which_they_were_planned() {
    let app = spawn_app(Storage::sqlite()).await;
    // ids that are drawn, as in the real service: in the order of the ids it would be another
    let replica = app.replica().await;
    app.simple("a").await;
    let mut last = String::new();
    for number in 0..8 {
        let flag = json!({"id": "a", "description": number.to_string()});
        last = plan(&replica, START + 10, json!({"action": "put", "flag": flag})).await;
    }
    app.clock.advance(10);
    until_state(&app, &last, "applied").await;
    let history = app.get("/admin/flags/a/history").await.json();
    let told: Vec<_> =
        history.as_array().unwrap().iter().map(|change| change["definition"]["description"].clone()).collect();
    assert_eq!(told, ["7", "6", "5", "4", "3", "2", "1", "0", ""]);
}
