//! Where somebody else must agree, there is no way around it.

use chassis::auth::Role;
use polystatus_flags::Flags;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::send;
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_with, text};

/// What needs nobody's agreement: the kill switch, what only asks, and what changes nothing.
const FREE: [&str; 7] = [
    "POST /admin/flags/{id}/kill",
    "POST /admin/flags/{id}/explain",
    "POST /admin/requests",
    "POST /admin/requests/{id}/approve",
    "POST /admin/requests/{id}/reject",
    "POST /ofrep/v1/evaluate/flags",
    "POST /ofrep/v1/evaluate/flags/{key}",
];

async fn careful() -> TestApp {
    spawn_with(Storage::sqlite(), |settings| settings.require_approval = true).await
}

/// Ask for a change as somebody, and agree to it as the holder of the API token.
async fn agreed(app: &TestApp, change: Value) -> Value {
    let asked = app.user("USR-nadia", Role::Manager).post("/admin/requests", &json!({"change": change})).await;
    let approve = format!("/admin/requests/{}/approve", text(&asked.expect(201).json(), "id"));
    app.post(&approve, &json!({})).await.expect(200).json()
}

#[tokio::test]
async fn every_write_of_the_document_but_a_few_is_refused() {
    let app = careful().await;
    agreed(&app, json!({"action": "put", "flag": {"id": "a"}})).await;
    let document = serde_json::to_value(chassis::openapi::document::<Flags>()).unwrap();
    let mut refused = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().filter(|method| *method != "get") {
            let operation = format!("{} {path}", method.to_uppercase());
            if FREE.contains(&operation.as_str()) {
                continue;
            }
            let body = match path.as_str() {
                "/admin/toggle/{id}" => json!({"on": false}),
                "/admin/flags/{id}/rollback" => json!({"version": 1}),
                "/admin/schedules" => json!({"at": 4_000_000_000_i64, "change": {"action": "delete", "id": "a"}}),
                _ => json!({"id": "a"}),
            };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = send(app.request(method, &path.replace("{id}", "a")).json(&body)).await;
            assert!(answer.refused(409).contains("POST /admin/requests"), "{operation}: {answer}");
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
}

#[tokio::test]
async fn a_kill_switch_is_put_back_and_a_plan_is_taken_back_with_somebody_s_agreement() {
    let app = careful().await;
    agreed(&app, json!({"action": "put", "flag": {"id": "a"}})).await;
    app.post("/admin/flags/a/kill", &json!({"reason": ""})).await.assert_status(200);
    agreed(&app, json!({"action": "restore", "id": "a"})).await;
    assert_eq!(app.variation("a", "x").await, "on");
    let change = json!({"change": {"action": "delete", "id": "a"}, "at": 4_000_000_000_i64});
    let asked = app.user("USR-nadia", Role::Manager).post("/admin/requests", &change).await.expect(201).json();
    let approved = app.post(&format!("/admin/requests/{}/approve", text(&asked, "id")), &json!({})).await.expect(200);
    let schedule = text(&approved.json(), "schedule");
    agreed(&app, json!({"action": "cancel-schedule", "id": schedule})).await;
    assert_eq!(app.get(&format!("/admin/schedules/{schedule}")).await.json()["state"], "cancelled");
}

#[tokio::test]
async fn the_machine_s_token_does_not_agree_with_itself() {
    let app = careful().await;
    let change = json!({"change": {"action": "put", "flag": {"id": "a"}}});
    let asked = app.post("/admin/requests", &change).await.expect(201).json();
    let approve = format!("/admin/requests/{}/approve", text(&asked, "id"));
    assert!(app.post(&approve, &json!({})).await.refused(403).contains("Another person"));
    app.user("USR-nadia", Role::Manager).post(&approve, &json!({})).await.assert_status(200);
}
