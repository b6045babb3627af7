//! People whom several flags treat alike.

use insta::assert_snapshot;
use serde_json::json;
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{shown, spawn_app};

on_both_storages! {
    a_segment_changes_every_flag_that_names_it,
}

async fn a_segment_changes_every_flag_that_names_it(storage: Storage) {
    let app = spawn_app(storage).await;
    let segment = |users: &[&str]| json!({"id": "beta", "description": "Who asked", "users": users});
    assert_snapshot!("segment", shown(&app.post("/admin/segments", &segment(&["nadia"])).await));
    for id in ["a", "b"] {
        let rules = json!([{"if": {"segment": "beta"}, "variation": "on"}]);
        app.put_flag(json!({"id": id, "rules": rules, "fallthrough": {"variation": "off"}})).await;
    }
    for flag in ["a", "b"] {
        assert_eq!(
            (app.variation(flag, "nadia").await, app.variation(flag, "boris").await),
            (json!("on"), json!("off"))
        );
    }
    app.post("/admin/segments", &segment(&["boris"])).await.assert_status(200);
    for flag in ["a", "b"] {
        assert_eq!(
            (app.variation(flag, "nadia").await, app.variation(flag, "boris").await),
            (json!("off"), json!("on"))
        );
    }
    assert!(app.delete("/admin/segments/beta").await.refused(409).contains("change a, b first"));
    app.simple("a").await;
    app.simple("b").await;
    app.delete("/admin/segments/beta").await.assert_status(204);
    app.get("/admin/segments/beta").await.refused(404);
}

#[tokio::test]
async fn a_segment_may_be_made_of_others_and_not_of_itself() {
    let app = spawn_app(Storage::sqlite()).await;
    let staff = json!({"id": "staff", "if": {"attr": "email", "op": "ends_with", "value": "@example.org"}});
    app.post("/admin/segments", &staff).await.assert_status(201);
    let both = json!({"id": "both", "users": ["guest"], "if": {"all": [{"segment": "staff"}, {"attr": "role", "op": "neq", "value": "bot"}]}});
    app.post("/admin/segments", &both).await.assert_status(201);
    let rules = json!([{"if": {"segment": "both"}, "variation": "on"}]);
    app.put_flag(json!({"id": "a", "rules": rules, "fallthrough": {"variation": "off"}})).await;
    for (context, variant) in [
        (json!({"targetingKey": "guest"}), "on"),
        (json!({"email": "nadia@example.org", "role": "dev"}), "on"),
        (json!({"email": "nadia@example.org", "role": "bot"}), "off"),
        (json!({"email": "nadia@example.com"}), "off"),
    ] {
        assert_eq!(app.evaluate("a", context.clone()).await.json()["variant"], variant, "{context}");
    }
    let circle = json!({"id": "staff", "if": {"segment": "both"}});
    let refused = app.post("/admin/segments", &circle).await;
    refused.refused(400);
    assert!(refused.body.contains("refers to itself"), "{refused}");
}
