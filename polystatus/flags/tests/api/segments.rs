//! People whom several flags treat alike.

use insta::assert_snapshot;
use serde_json::{Value, json};
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

#[tokio::test]
async fn a_flag_that_is_broken_already_stops_no_change_of_a_segment_and_one_that_is_not_does() {
    let app = spawn_app(Storage::sqlite()).await;
    let flag = |rule| json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "targeting": rule});
    app.import(&json!({
        "flags": {"broken": flag(json!({"or": [{"$ref": "gone"}, {"$ref": "s"}]}))},
        "$evaluators": {"s": {"var": "x"}, "outer": {"!": {"$ref": "s"}}}
    }))
    .await;
    app.post("/admin/segments", &json!({"id": "s", "users": ["nadia"]})).await.assert_status(200);
    // two hundred rules within one another are too many: a hundred here, and a hundred in the segment
    let deep = |inner: Value, levels: u32| (0..levels).fold(inner, |inner, _| json!({"!": inner}));
    for (id, inner) in [("l1", "outer"), ("l2", "l1"), ("l3", "l2")] {
        let segment = json!({"id": id, "targeting": deep(json!({"$ref": inner}), 45)});
        app.post("/admin/segments", &segment).await.assert_status(201);
    }
    app.put_flag(json!({"id": "good", "targeting": {"if": [{"$ref": "l3"}, "on", "off"]}})).await;
    let refused = app.post("/admin/segments", &json!({"id": "s", "targeting": deep(json!({"var": "x"}), 60)})).await;
    refused.refused(400);
    assert!(refused.body.contains("the flag good") && !refused.body.contains("broken"), "{refused}");
}

#[tokio::test]
async fn what_changes_nothing_of_a_segment_writes_nothing() {
    let app = spawn_app(Storage::sqlite()).await;
    let segment = json!({"id": "s", "users": ["nadia"]});
    let made = app.post("/admin/segments", &segment).await.expect(201);
    app.clock.advance(60);
    let again = app.as_(testbed::service::TOKEN).post("/admin/segments", &segment).await.expect(200);
    assert_eq!((again.header("etag"), again.json()), (made.header("etag"), made.json()));
    assert_eq!(app.get("/api/v1/audit").await.json().as_array().map(Vec::len), Some(1));
}
