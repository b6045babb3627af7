//! What a flag was, and making it that again.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{column, spawn_app};

on_both_storages! {
    a_flag_is_rolled_back_also_one_that_was_deleted,
}

async fn a_flag_is_rolled_back_also_one_that_was_deleted(storage: Storage) {
    let app = spawn_app(storage).await;
    app.put_flag(json!({"id": "a", "description": "first"})).await;
    app.put_flag(json!({"id": "a", "description": "second"})).await;
    let back = async |version: u64| app.post("/admin/flags/a/rollback", &json!({"version": version})).await;
    let flag = back(1).await.expect(200).json();
    assert_eq!((&flag["description"], &flag["version"]), (&json!("first"), &json!(3)));
    assert_eq!(back(9).await.refused(404), "The history of this flag has no such version");
    app.delete("/admin/flags/a").await.assert_status(204);
    // there is nothing that it was then
    back(4).await.refused(404);
    let flag = back(2).await.expect(200).json();
    assert_eq!((&flag["description"], &flag["version"]), (&json!("second"), &json!(5)));
    let history = app.get("/admin/flags/a/history").await.json();
    assert_eq!(column(&history, "action"), ["rolled-back", "deleted", "rolled-back", "updated", "created"]);
    let audit = app.get("/api/v1/audit").await.expect(200).json();
    assert_snapshot!(serde_json::to_string_pretty(&audit).unwrap());
}

#[tokio::test]
async fn what_names_a_segment_that_is_gone_is_not_brought_back() {
    let app = spawn_app(Storage::sqlite()).await;
    app.post("/admin/segments", &json!({"id": "s", "users": ["nadia"]})).await.assert_status(201);
    app.put_flag(json!({"id": "a", "rules": [{"if": {"segment": "s"}, "variation": "on"}]})).await;
    app.simple("a").await;
    app.delete("/admin/segments/s").await.assert_status(204);
    app.post("/admin/flags/a/rollback", &json!({"version": 1})).await.refused(400);
}

#[tokio::test]
async fn two_hundred_changes_are_kept() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    for number in 0..210 {
        app.post("/admin/toggle/a", &json!({"on": number % 2 == 1})).await.assert_status(200);
    }
    let history = app.get("/admin/flags/a/history?limit=500").await.json();
    let versions = column(&history, "version");
    assert_eq!((versions.len(), &versions[0], &versions[199]), (200, &json!(211), &json!(12)));
}

#[tokio::test]
async fn what_is_gone_is_no_version_that_a_client_has_seen() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    app.delete("/admin/flags/a").await.assert_status(204);
    for seen in ["*", "\"1\""] {
        let request = app.request(Method::POST, "/admin/flags/a/rollback").header("If-Match", seen);
        send(request.json(&json!({"version": 1}))).await.refused(412);
    }
    app.post("/admin/flags/b/rollback", &json!({"version": 1})).await.refused(404);
    app.post("/admin/flags/a/rollback", &json!({"version": 1})).await.assert_status(200);
}
