//! Users: made and changed.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{PASSWORD, spawn_app};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    an_admin_makes_users_and_nobody_else_does,
    a_user_changes_itself_within_limits,
    a_login_is_had_once,
}

async fn an_admin_makes_users_and_nobody_else_does(storage: Storage) {
    let app = spawn_app(storage).await;
    let input = json!({"login": "Zoe@example.org", "name": "Zoé Martin", "password": PASSWORD});
    app.stranger().post("/api/v1/users", &input).await.assert_status(401);
    let made = app.post("/api/v1/users", &input).await.expect(201);
    assert_eq!(made.header("location"), "/api/v1/users/1");
    let user = json!({
        "id": 1, "login": "zoe@example.org", "name": "Zoé Martin", "admin": false, "quota": 20_000_000, "used": 0,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_000
    });
    assert_eq!(made.json(), user);
    assert_eq!(app.get("/api/v1/users").await.expect(200).json(), json!([user]));
    let max = app.user("max").await;
    max.post("/api/v1/users", &json!({"login": "eve", "password": PASSWORD})).await.assert_status(403);
    max.get("/api/v1/users").await.assert_status(403);
    max.get("/api/v1/users/1").await.assert_status(403);
    max.get("/api/v1/users/2").await.assert_status(200);
    app.get("/api/v1/users/99").await.assert_status(404);
    app.get("/api/v1/users/x").await.assert_status(404);
}

async fn a_user_changes_itself_within_limits(storage: Storage) {
    let app = spawn_app(storage).await;
    let zoe = app.user("zoe").await;
    let path = format!("/api/v1/users/{}", zoe.id);
    let changed = zoe.put(&path, &json!({"name": "Zoé"})).await.expect(200);
    assert_eq!((&changed.json()["name"], changed.header("etag")), (&json!("Zoé"), "\"1-2-0\""));
    for forbidden in [json!({"admin": true}), json!({"quota": 1_i64 << 40}), json!({"login": "root"})] {
        zoe.put(&path, &forbidden).await.assert_status(403);
    }
    let stale = zoe.request(Method::PUT, &path).header("If-Match", "\"1-1-0\"").json(&json!({"name": "Z"}));
    send(stale).await.assert_status(412);
    let changed = app.put(&path, &json!({"admin": true, "quota": 5, "login": "zm"})).await.expect(200).json();
    assert_eq!((&changed["admin"], &changed["quota"], &changed["login"]), (&json!(true), &json!(5), &json!("zm")));
    // at once: what it may do is looked up with its token
    zoe.get("/api/v1/users").await.assert_status(200);
}

async fn a_login_is_had_once(storage: Storage) {
    let app = spawn_app(storage).await;
    app.user("zoe").await;
    let max = app.user("max").await;
    assert_eq!(
        app.post("/api/v1/users", &json!({"login": "ZOE", "password": PASSWORD})).await.refused(409),
        "Somebody has this login already"
    );
    app.put(&format!("/api/v1/users/{}", max.id), &json!({"login": "zoe"})).await.assert_status(409);
    app.put(&format!("/api/v1/users/{}", max.id), &json!({"login": "max"})).await.assert_status(200);
    for wrong in [
        json!({"login": "zoé", "password": PASSWORD}),
        json!({"login": "", "password": PASSWORD}),
        json!({"login": "a", "password": "short"}),
        json!({"login": "a", "password": PASSWORD, "quota": -1}),
        json!({"login": "a", "password": PASSWORD, "name": "two\nlines"}),
        json!({"login": "a", "password": PASSWORD, "colour": "red"}),
        json!({"login": "a"}),
    ] {
        app.post("/api/v1/users", &wrong).await.refused(400);
    }
}
