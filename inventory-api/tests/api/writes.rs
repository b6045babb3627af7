//! `POST`, `PUT`, `PATCH` and `DELETE`: what they answer, and what is there afterwards.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    a_server_lives_from_post_to_delete,
    what_get_gave_can_be_put,
    a_patch_changes_what_it_names_and_nothing_else,
    put_without_optional_fields_empties_them,
    an_id_is_never_given_again,
    a_name_is_free_again_after_delete_and_rename,
    what_was_written_is_there_after_a_restart,
}

async fn a_server_lives_from_post_to_delete(storage: Storage) {
    let app = spawn_app(storage).await;
    let full = json!({
        "hostname": "Web-Prod-02.Example.ORG",
        "ip": "2001:DB8:0:0::1",
        "status": "maintenance",
        "tags": ["web", "eu-west", "web"],
        "description": "Été: “café” 🦀\n\tsecond line"
    });
    assert_snapshot!("created", app.post("/api/v1/servers", &full).await);
    app.clock.advance(60);
    assert_snapshot!("replaced", app.put("/api/v1/servers/3", &server("web-prod-02", "10.0.0.3", "up")).await);
    app.clock.advance(60);
    assert_snapshot!("updated", app.patch("/api/v1/servers/3", &json!({"status": "down", "tags": ["web"]})).await);
    assert_snapshot!("read", app.get("/api/v1/servers/3").await);
    assert_snapshot!("deleted", app.delete("/api/v1/servers/3").await);
    assert_snapshot!("deleted_again", app.delete("/api/v1/servers/3").await);
    for answer in [
        app.get("/api/v1/servers/3").await,
        app.put("/api/v1/servers/3", &full).await,
        app.patch("/api/v1/servers/3", &json!({})).await,
    ] {
        assert_eq!(answer.refused(404), "Server not found");
    }
    assert_eq!(app.get("/api/v1/servers").await.json()["count"], 2);
}

async fn what_get_gave_can_be_put(storage: Storage) {
    let app = spawn_app(storage).await;
    let before = app.get("/api/v1/servers/1").await;
    app.clock.advance(60);
    let put = app.put("/api/v1/servers/1", &before.json()).await;
    // nothing differs, so it is no new version
    assert_eq!((put.status, &put.body, put.header("etag")), (200, &before.body, "\"1\""));

    let mut changed = before.json();
    changed["status"] = json!("down");
    // what the service gives is not taken from a client
    changed["id"] = json!(2);
    changed["created_at"] = json!(0);
    changed["version"] = json!(99);
    let put = app.put("/api/v1/servers/1", &changed).await.json();
    assert_eq!((&put["id"], &put["status"], &put["version"]), (&json!(1), &json!("down"), &json!(2)));
    assert_eq!(put["created_at"], before.json()["created_at"]);
    assert_eq!(app.get("/api/v1/servers/1").await.json(), put);
}

async fn a_patch_changes_what_it_names_and_nothing_else(storage: Storage) {
    let app = spawn_app(storage).await;
    let mut expected =
        app.add(json!({"hostname": "a", "ip": "10.1.0.1", "status": "up", "tags": ["x"], "description": "text"})).await;
    let path = "/api/v1/servers/3";
    for (field, value) in [
        ("status", json!("down")),
        ("ip", json!("::1")),
        ("tags", json!([])),
        ("description", json!("")),
        ("hostname", json!("b")),
    ] {
        app.clock.advance(10);
        let answer = app.patch(path, &json!({field: value})).await.json();
        expected[field] = value;
        expected["version"] = json!(expected["version"].as_i64().unwrap() + 1);
        expected["updated_at"] = json!(expected["updated_at"].as_i64().unwrap() + 10);
        assert_eq!(answer, expected);
        assert_eq!(app.get(path).await.json(), expected);
    }
    // nothing named, or nothing that differs: the same version
    for nothing in [json!({}), json!({"hostname": "B"}), json!({"ip": "0:0:0:0:0:0:0:1"})] {
        assert_eq!(app.patch(path, &nothing).await.json(), expected);
    }
    let merge = app.request(Method::PATCH, path).header("Content-Type", "application/merge-patch+json");
    assert_eq!(send(merge.body(r#"{"status":"up"}"#)).await.status, 200);
}

async fn put_without_optional_fields_empties_them(storage: Storage) {
    let app = spawn_app(storage).await;
    app.patch("/api/v1/servers/1", &json!({"tags": ["x"], "description": "text"})).await;
    let put = app.put("/api/v1/servers/1", &server("web-prod-01", "10.0.0.1", "up")).await.json();
    assert_eq!((&put["tags"], &put["description"]), (&json!([]), &json!("")));
}

async fn an_id_is_never_given_again(storage: Storage) {
    let app = spawn_app(storage).await;
    app.add(server("a", "10.1.0.1", "up")).await;
    app.delete("/api/v1/servers/3").await;
    assert_eq!(app.add(server("b", "10.1.0.1", "up")).await["id"], 4);
    app.delete("/api/v1/servers/4").await;
    // nor by an instance that knows nothing but the database
    assert_eq!(app.replica().await.add(server("c", "10.1.0.1", "up")).await["id"], 5);
}

async fn a_name_is_free_again_after_delete_and_rename(storage: Storage) {
    let app = spawn_app(storage).await;
    app.patch("/api/v1/servers/1", &json!({"hostname": "renamed"})).await;
    app.add(server("web-prod-01", "10.1.0.1", "up")).await;
    app.delete("/api/v1/servers/2").await;
    app.add(server("db-prod-01", "10.1.0.2", "up")).await;
    assert_eq!(app.hostnames().await, ["db-prod-01", "renamed", "web-prod-01"]);
}

async fn what_was_written_is_there_after_a_restart(storage: Storage) {
    let app = spawn_app(storage).await;
    app.add(json!({"hostname": "e", "ip": "::1", "status": "up", "description": "'\"\\;--\n\u{1F980}"})).await;
    app.patch("/api/v1/servers/1", &json!({"status": "maintenance"})).await;
    app.delete("/api/v1/servers/2").await;
    let before = app.get("/api/v1/servers").await;
    let (storage, url) = (app.storage.clone(), app.storage.url());
    drop(app);
    let after = crate::app::TestApp::start(storage, url).await.get("/api/v1/servers").await;
    assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")));
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_call_and_no_other() {
    let app = spawn_app(Storage::sqlite()).await;
    let preflight = async |origin: &str, method: &str| {
        let request = app.stranger().request(Method::OPTIONS, "/api/v1/servers");
        let headers = [("Origin", origin), ("Access-Control-Request-Method", method)];
        send(headers.into_iter().fold(request, |request, (name, value)| request.header(name, value))).await
    };
    let ours = "https://status.example.org";
    let allowed = preflight(ours, "POST").await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, ours));
    for origin in ["https://evil.example.org", "null", "https://status.example.org.evil.example.org"] {
        let refused = preflight(origin, "POST").await;
        assert_eq!(refused.refused(403), "Pages of this origin may not call this service", "{origin}");
        assert!(refused.headers.get("access-control-allow-origin").is_none(), "{origin}: {refused}");
    }
    assert_eq!(preflight(ours, "TRACE").await.refused(403), "Pages of other origins may not use this method here");
    // without a method it is no preflight, but an OPTIONS as any other
    preflight(ours, "(no method)").await.refused(405);
}
