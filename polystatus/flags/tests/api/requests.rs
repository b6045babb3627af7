//! Changes to which another person must agree.

use chassis::auth::Role;
use serde_json::{Value, json};
use testbed::on_both_storages;
use testbed::service::START;
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_app, spawn_with, text};
use crate::later::until_settled;

on_both_storages! {
    nobody_agrees_to_their_own_change,
}

async fn propose(app: &TestApp, user: &str, body: Value) -> String {
    let answer = app.user(user, Role::Manager).post("/admin/requests", &body).await.expect(201);
    format!("/admin/requests/{}", text(&answer.json(), "id"))
}

fn off() -> Value {
    json!({"change": {"action": "toggle", "id": "a", "on": false}, "reason": "Nobody needs it"})
}

async fn nobody_agrees_to_their_own_change(storage: Storage) {
    let app = spawn_app(storage).await;
    app.simple("a").await;
    let request = propose(&app, "USR-nadia", off()).await;
    let approve = async |user: &str, request: &str| {
        app.user(user, Role::Manager).post(&format!("{request}/approve"), &json!({"comment": "Agreed"})).await
    };
    assert!(approve("USR-nadia", &request).await.refused(403).contains("Another person"));
    assert_eq!(app.variation("a", "x").await, "on");
    let approved = approve("USR-boris", &request).await.expect(200).json();
    assert_eq!((&approved["state"], &approved["decision"]["by"]), (&json!("approved"), &json!("USR-boris")));
    assert_eq!(app.variation("a", "x").await, "off");
    approve("USR-mina", &request).await.refused(409);
    app.post(&format!("{request}/reject"), &json!({})).await.refused(409);
    // who made the change is who agreed to it; who wanted it is in the request
    assert_eq!(app.get("/admin/flags/a").await.json()["updated_by"], "USR-boris");
}

#[tokio::test]
async fn a_request_for_a_flag_that_has_changed_since_is_not_agreed_to_unseen() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let request = propose(&app, "USR-nadia", off()).await;
    app.put_flag(json!({"id": "a", "description": "another"})).await;
    app.post(&format!("{request}/approve"), &json!({})).await.refused(409);
    let rejected = app.post(&format!("{request}/reject"), &json!({"comment": "Outdated"})).await.expect(200).json();
    assert_eq!((&rejected["state"], &rejected["decision"]["comment"]), (&json!("rejected"), &json!("Outdated")));
    assert_eq!(app.variation("a", "x").await, "on");
}

#[tokio::test]
async fn an_approval_may_be_for_later() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let mut body = off();
    body["at"] = json!(START + 60);
    let request = propose(&app, "USR-nadia", body.clone()).await;
    let approved = app.post(&format!("{request}/approve"), &json!({})).await.expect(200).json();
    let schedule = app.get(&format!("/admin/schedules/{}", text(&approved, "schedule"))).await.expect(200).json();
    assert_eq!((&schedule["state"], &schedule["at"]), (&json!("pending"), &json!(START + 60)));
    assert_eq!(app.variation("a", "x").await, "on");
    body["at"] = json!(START);
    app.post("/admin/requests", &body).await.refused(400);
}

#[tokio::test]
async fn where_approval_is_required_there_is_no_other_way() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.require_approval = true).await;
    let toggle = json!({"action": "toggle", "id": "a", "on": true});
    for (path, body) in [
        ("/admin/flags", json!({"id": "a"})),
        ("/admin/segments", json!({"id": "s"})),
        ("/admin/toggle/a", json!({"on": true})),
        ("/admin/flags/a/rollback", json!({"version": 1})),
        ("/admin/schedules", json!({"at": 4_000_000_000_i64, "change": toggle})),
    ] {
        assert!(app.post(path, &body).await.refused(409).contains("POST /admin/requests"), "{path}");
    }
    app.put("/api/v1/flags/flagd", &json!({"flags": {}})).await.refused(409);
    app.delete("/admin/flags/a").await.refused(409);
    app.delete("/admin/segments/s").await.refused(409);
    for change in [
        json!({"action": "put-segment", "segment": {"id": "s", "users": ["nadia"]}}),
        json!({"action": "put", "flag": {
            "id": "a", "rules": [{"if": {"segment": "s"}, "variation": "on"}], "fallthrough": {"variation": "off"}
        }}),
    ] {
        let request = propose(&app, "USR-nadia", json!({"change": change})).await;
        app.post(&format!("{request}/approve"), &json!({})).await.assert_status(200);
    }
    assert_eq!((app.variation("a", "nadia").await, app.variation("a", "boris").await), (json!("on"), json!("off")));
    for change in [
        json!({"action": "toggle", "id": "a", "on": false}),
        json!({"action": "roll-back", "id": "a", "version": 1}),
        json!({"action": "delete", "id": "a"}),
        json!({"action": "delete-segment", "id": "s"}),
    ] {
        let request = propose(&app, "USR-nadia", json!({"change": change})).await;
        app.post(&format!("{request}/approve"), &json!({})).await.assert_status(200);
    }
    assert_eq!(app.get("/admin/flags").await.body, "[]");
    assert_eq!(app.get("/admin/segments").await.body, "[]");
}

#[tokio::test]
async fn a_request_for_a_segment_that_has_changed_since_is_not_agreed_to_unseen() {
    let app = spawn_app(Storage::sqlite()).await;
    app.post("/admin/segments", &json!({"id": "s", "users": ["nadia"]})).await.assert_status(201);
    let put = json!({"change": {"action": "put-segment", "segment": {"id": "s", "users": ["boris"]}}});
    let delete = json!({"change": {"action": "delete-segment", "id": "s"}});
    let requests = [propose(&app, "USR-nadia", put).await, propose(&app, "USR-nadia", delete).await];
    app.post("/admin/segments", &json!({"id": "s", "users": ["mina"]})).await.assert_status(200);
    for request in requests {
        app.post(&format!("{request}/approve"), &json!({})).await.refused(409);
    }
    assert_eq!(app.get("/admin/segments/s").await.json()["users"], json!(["mina"]));
}

async fn approved_for(app: &TestApp, at: i64, change: Value) -> String {
    let request = propose(app, "USR-nadia", json!({"change": change, "at": at})).await;
    let approved = app.post(&format!("{request}/approve"), &json!({})).await.expect(200).json();
    format!("/admin/schedules/{}", text(&approved, "schedule"))
}

#[tokio::test]
async fn what_was_agreed_to_for_later_is_not_made_of_something_else() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let schedule = approved_for(&app, START + 60, json!({"action": "toggle", "id": "a", "on": false})).await;
    app.put_flag(json!({"id": "a", "description": "another"})).await;
    app.clock.advance(60);
    let failed = until_settled(&app, &schedule).await;
    assert_eq!(failed["state"], "failed");
    assert!(text(&failed, "failure").contains("since somebody agreed"), "{failed}");
    assert_eq!(app.variation("a", "x").await, "on");
}

#[tokio::test]
async fn what_was_planned_before_is_part_of_what_is_agreed_to() {
    let app = spawn_app(Storage::sqlite()).await;
    app.put_flag(json!({"id": "a", "on": false})).await;
    let on = approved_for(&app, START + 60, json!({"action": "toggle", "id": "a", "on": true})).await;
    let off = approved_for(&app, START + 120, json!({"action": "toggle", "id": "a", "on": false})).await;
    app.clock.advance(60);
    assert_eq!(until_settled(&app, &on).await["state"], "applied");
    assert_eq!(app.variation("a", "x").await, "on");
    app.clock.advance(60);
    assert_eq!(until_settled(&app, &off).await["state"], "applied");
    assert_eq!(app.variation("a", "x").await, "off");
}

#[tokio::test]
async fn a_cancellation_for_later_holds_although_an_earlier_plan_is_made_before() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let first = approved_for(&app, START + 30, json!({"action": "toggle", "id": "a", "on": false})).await;
    let second = approved_for(&app, START + 120, json!({"action": "toggle", "id": "a", "on": true})).await;
    let id = second.rsplit('/').next().unwrap();
    let cancel = approved_for(&app, START + 60, json!({"action": "cancel-schedule", "id": id})).await;
    app.clock.advance(30);
    // the second goes on from what this one has made, and so is written anew
    assert_eq!(until_settled(&app, &first).await["state"], "applied");
    app.clock.advance(30);
    let cancelled = until_settled(&app, &cancel).await;
    assert_eq!((&cancelled["state"], &cancelled["failure"]), (&json!("applied"), &Value::Null));
    assert_eq!(app.get(&second).await.json()["state"], "cancelled");
    // what does not wait any more is another thing than what was to be taken back
    let change = json!({"change": {"action": "cancel-schedule", "id": id}});
    let request = propose(&app, "USR-nadia", change).await;
    app.post(&format!("{request}/approve"), &json!({})).await.refused(409);
}

#[tokio::test]
async fn a_request_whose_time_has_passed_is_not_agreed_to() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let mut body = off();
    body["at"] = json!(START + 60);
    let request = propose(&app, "USR-nadia", body).await;
    app.clock.advance(60);
    assert!(app.post(&format!("{request}/approve"), &json!({})).await.refused(409).contains("has passed"));
    assert_eq!(app.get(&request).await.json()["state"], "open");
    app.post(&format!("{request}/reject"), &json!({})).await.assert_status(200);
}
