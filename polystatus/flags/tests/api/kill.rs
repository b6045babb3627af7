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
