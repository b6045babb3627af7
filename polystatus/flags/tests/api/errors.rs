//! Whatever is wrong, the answer has the one shape of errors; OFREP's routes have OFREP's.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::send;
use testbed::storage::Storage;

use crate::app::{shown, spawn_app};

#[tokio::test]
async fn an_id_that_nothing_has_is_not_found() {
    let app = spawn_app(Storage::sqlite()).await;
    for id in ["nothing", "%00", "..%2f", "é", "SCH-0000000000000001"] {
        let flag = format!("/admin/flags/{id}");
        for path in ["", "/history"] {
            assert_eq!(app.get(&format!("{flag}{path}")).await.refused(404), "Flag not found", "{id}{path}");
        }
        for (path, body) in [
            ("/kill", json!({"reason": ""})),
            ("/restore", json!({})),
            ("/explain", json!({})),
            ("/rollback", json!({"version": 1})),
        ] {
            assert_eq!(app.post(&format!("{flag}{path}"), &body).await.refused(404), "Flag not found", "{id}{path}");
        }
        app.delete(&flag).await.refused(404);
        app.post(&format!("/admin/toggle/{id}"), &json!({"on": true})).await.refused(404);
        app.get(&format!("/admin/segments/{id}")).await.refused(404);
        app.delete(&format!("/admin/segments/{id}")).await.refused(404);
        app.get(&format!("/admin/schedules/{id}")).await.refused(404);
        app.delete(&format!("/admin/schedules/{id}")).await.refused(404);
        app.get(&format!("/admin/requests/{id}")).await.refused(404);
        app.post(&format!("/admin/requests/{id}/approve"), &json!({})).await.refused(404);
        app.post(&format!("/admin/requests/{id}/reject"), &json!({})).await.refused(404);
    }
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = spawn_app(Storage::sqlite()).await;
    let wrong = json!({
        "id": "a", "variations": {"x": 1, "y": "2"}, "fallthrough": {"variation": "z"},
        "rules": [{"if": {"attr": "role"}, "variation": "x", "rollout": {"x": 1}}], "metadata": {"m": []}
    });
    assert_snapshot!("wrong_flag", shown(&app.post("/admin/flags", &wrong).await));
    assert_snapshot!("missing_fields", shown(&app.post("/admin/flags", &json!({})).await));
    assert_snapshot!("unknown_field", shown(&app.post("/admin/flags", &json!({"id": "a", "rule": []})).await));
    let unknown =
        json!({"id": "a", "rules": [{"if": {"attr": "role", "op": "like", "value": "x"}, "variation": "on"}]});
    assert_snapshot!("unknown_operator", shown(&app.post("/admin/flags", &unknown).await));
    let stranger = json!({"id": "a", "rules": [{"if": {"segment": "nobody"}, "variation": "on"}]});
    assert_snapshot!("unknown_segment", shown(&app.post("/admin/flags", &stranger).await));
    for (path, body) in [
        ("/admin/flags", json!({"id": "a", "targeting": {"wenn": []}})),
        ("/admin/flags", json!({"id": "a", "kind": "multivar"})),
        ("/admin/flags", json!({"id": "../x"})),
        ("/admin/segments", json!({"id": "s", "targeting": {"$ref": "s"}})),
        ("/admin/schedules", json!({"at": 1, "change": {"action": "toggle", "id": "a", "on": true}})),
        ("/admin/schedules", json!({"at": 9_999_999_999_i64, "change": {"action": "explode"}})),
        ("/admin/requests", json!({"change": {"action": "put", "flag": {"id": ""}}})),
    ] {
        let answer = app.post(path, &body).await;
        answer.refused(400);
        assert!(answer.json()["details"].is_array(), "{path} {body}: {answer}");
    }
    assert_eq!(app.get("/admin/flags").await.body, "[]");
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    let app = spawn_app(Storage::sqlite()).await;
    for (method, path, allow) in [
        (Method::PUT, "/admin/flags", "GET, HEAD, POST"),
        (Method::POST, "/flags", "GET, HEAD"),
        (Method::PUT, "/admin/flags/a", "GET, HEAD, DELETE"),
        (Method::GET, "/admin/toggle/a", "POST"),
        (Method::GET, "/ofrep/v1/evaluate/flags", "POST"),
        (Method::GET, "/ofrep/v1/evaluate/flags/a", "POST"),
        (Method::DELETE, "/api/v1/flags/flagd", "GET, HEAD, PUT"),
        (Method::POST, "/api/v1/flags/stream", "GET, HEAD"),
    ] {
        let answer = send(app.request(method.clone(), path)).await;
        answer.refused(405);
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn ofrep_has_errors_of_its_own() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    for (body, code) in [("{", "PARSE_ERROR"), ("[]", "PARSE_ERROR"), ("{\"context\": 7}", "INVALID_CONTEXT")] {
        for (path, key) in [("/a", json!("a")), ("", Value::Null)] {
            let request = app.stranger().request(Method::POST, &format!("{}{path}", crate::app::OFREP));
            let answer = send(request.header("Content-Type", "application/json").body(body)).await.expect(400);
            let said = answer.json();
            assert_eq!((&said["errorCode"], &said["key"]), (&json!(code), &key), "{body} {path}: {answer}");
            assert!(said["errorDetails"].is_string(), "{answer}");
        }
    }
    assert_snapshot!("ofrep_unknown", app.evaluate("nothing", json!({})).await);
}
