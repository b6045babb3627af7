//! The kill switch.

use chassis::auth::Role;
use serde_json::{Value, json};
use testbed::service::START;
use testbed::storage::Storage;

use crate::app::{TestApp, column, spawn_app, spawn_with, text};
use crate::later::{plan, until_settled};

async fn pull(app: &TestApp, reason: &str) -> Value {
    app.post("/admin/flags/a/kill", &json!({"reason": reason})).await.expect(200).json()
}

#[tokio::test]
async fn a_killed_flag_stays_off_until_it_is_restored() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    // whoever is on duty at night
    let responder = app.user("USR-boris", Role::Responder);
    let killed = responder.post("/admin/flags/a/kill", &json!({"reason": "Orders are lost"})).await.expect(200).json();
    assert_eq!(killed["killed"]["by"], "USR-boris");
    let said = async || {
        let said = app.evaluate("a", json!({})).await.expect(200).json();
        (said["value"].clone(), said["reason"].clone())
    };
    assert_eq!(said().await, (json!(false), json!("DISABLED")));
    assert_eq!(app.get("/flags").await.json()["a"], json!({"variation": "off", "off": true}));
    app.post("/admin/toggle/a", &json!({"on": true})).await.refused(409);
    app.put_flag(json!({"id": "a", "description": "as if nothing were"})).await;
    app.post("/admin/flags/a/rollback", &json!({"version": 1})).await.assert_status(200);
    assert_eq!(said().await, (json!(false), json!("DISABLED")));
    let exported = app.get("/api/v1/flags/flagd").await.json();
    assert_eq!(exported["flags"]["a"]["state"], "DISABLED");
    responder.post("/admin/flags/a/restore", &json!({})).await.refused(403);
    app.post("/admin/flags/a/restore", &json!({})).await.assert_status(200);
    assert_eq!(said().await, (json!(true), json!("STATIC")));
}

#[tokio::test]
async fn it_needs_nobody_s_agreement() {
    let app = spawn_with(Storage::sqlite(), |settings| settings.require_approval = true).await;
    let author = app.user("USR-nadia", Role::Manager);
    let change = json!({"change": {"action": "put", "flag": {"id": "a"}}});
    let request = author.post("/admin/requests", &change).await.expect(201).json();
    let approve = format!("/admin/requests/{}/approve", text(&request, "id"));
    app.post(&approve, &json!({})).await.assert_status(200);
    app.post("/admin/flags/a/kill", &json!({"reason": ""})).await.assert_status(200);
}

#[tokio::test]
async fn while_it_is_killed_a_flag_stays_and_answers_the_same_whatever_is_tried() {
    let app = spawn_app(Storage::sqlite()).await;
    app.put_flag(json!({"id": "a", "off_variation": "on"})).await;
    app.simple("a").await;
    app.post("/admin/flags/a/kill", &json!({"reason": "Orders are lost"})).await.assert_status(200);
    let refused = app.delete("/admin/flags/a").await.refused(409);
    assert!(refused.contains("restore it first, then delete it"), "{refused}");
    for other in [
        json!({"id": "a", "off_variation": "on"}),
        json!({"id": "a", "off_variation": null}),
        json!({"id": "a", "variations": {"off": true, "on": false}, "off_variation": "off"}),
    ] {
        let refused = app.post("/admin/flags", &other).await.refused(409);
        assert!(refused.contains("kill switch of a"), "{refused}");
    }
    // its off variation was the other one then
    app.post("/admin/flags/a/rollback", &json!({"version": 1})).await.refused(409);
    let plain =
        |value: bool| json!({"state": "ENABLED", "variants": {"on": true, "off": value}, "defaultVariant": "on"});
    for set in [json!({"flags": {}}), json!({"flags": {"b": plain(false)}}), json!({"flags": {"a": plain(true)}})] {
        app.put("/api/v1/flags/flagd", &set).await.refused(409);
    }
    app.get("/admin/flags/b").await.refused(404);
    // what shows when it is restored may be changed
    app.put_flag(json!({"id": "a", "description": "mended", "rules": [{"if": {"attr": "role", "op": "eq", "value": "beta"}, "variation": "on"}]})).await;
    app.import(&json!({"flags": {"a": plain(false), "b": plain(false)}})).await;
    let said = app.evaluate("a", json!({})).await.expect(200).json();
    assert_eq!((&said["value"], &said["reason"]), (&json!(false), &json!("DISABLED")));
    assert_eq!(app.get("/admin/flags/a").await.json()["killed"]["reason"], "Orders are lost");
}

fn restore() -> Value {
    json!({"action": "restore", "id": "a"})
}

#[tokio::test]
async fn no_plan_undoes_a_kill_that_came_after_it() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let too_early = plan(&app, START + 60, restore()).await;
    pull(&app, "Orders are lost").await;
    let for_another = plan(&app, START + 90, restore()).await;
    app.clock.advance(60);
    let failed = until_settled(&app, &too_early).await;
    assert_eq!(failed["state"], "failed");
    assert!(text(&failed, "failure").contains("since this was planned"), "{failed}");
    // restored by hand, and killed again
    app.post("/admin/flags/a/restore", &json!({})).await.assert_status(200);
    pull(&app, "Orders are lost again").await;
    app.clock.advance(30);
    assert_eq!(until_settled(&app, &for_another).await["state"], "failed");
    assert_eq!(app.get("/admin/flags/a").await.json()["killed"]["reason"], "Orders are lost again");
    assert_eq!(app.variation("a", "x").await, "off");
}

#[tokio::test]
async fn a_planned_restore_puts_back_the_kill_that_was_there_also_after_other_plans() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    pull(&app, "Orders are lost").await;
    let before = plan(&app, START + 30, json!({"action": "put", "flag": {"id": "a", "description": "mended"}})).await;
    let restored = plan(&app, START + 60, restore()).await;
    app.clock.advance(30);
    assert_eq!(until_settled(&app, &before).await["state"], "applied");
    app.clock.advance(30);
    let applied = until_settled(&app, &restored).await;
    assert_eq!((&applied["state"], &applied["failure"]), (&json!("applied"), &Value::Null));
    assert_eq!(app.variation("a", "x").await, "on");
}

#[tokio::test]
async fn a_second_pull_is_noted_and_stops_what_was_asked_before() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let first = pull(&app, "Orders are lost").await;
    let asked = json!({"change": restore()});
    let asked = app.user("USR-nadia", Role::Manager).post("/admin/requests", &asked).await.expect(201).json();
    app.clock.advance(60);
    let responder = app.user("USR-boris", Role::Responder);
    let reason = json!({"reason": "Payments are lost, too"});
    let second = responder.post("/admin/flags/a/kill", &reason).await.expect(200).json();
    let expected = json!({"by": "USR-boris", "at": first["killed"]["at"], "reason": "Payments are lost, too"});
    assert_eq!((&second["killed"], &second["version"]), (&expected, &json!(3)));
    let approve = format!("/admin/requests/{}/approve", text(&asked, "id"));
    assert!(app.post(&approve, &json!({})).await.refused(409).contains("changed since"));
    let history = app.get("/admin/flags/a/history").await.json();
    assert_eq!(column(&history, "action"), ["killed", "killed", "created"]);
    let audit = app.get("/api/v1/audit").await.json();
    assert_eq!((&audit[0]["action"], &audit[0]["note"]), (&json!("flag.killed"), &reason["reason"]));
}
