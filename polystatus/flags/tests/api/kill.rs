//! The kill switch.

use chassis::auth::Role;
use serde_json::json;
use testbed::storage::Storage;

use crate::app::{spawn_app, spawn_with};

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
    let approve = format!("/admin/requests/{}/approve", crate::app::text(&request, "id"));
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
