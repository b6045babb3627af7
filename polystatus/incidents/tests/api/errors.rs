//! Whatever is wrong, the answer has the one shape of errors.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{shown, spawn_app};
use testbed::storage::Storage;

#[tokio::test]
async fn an_id_that_nothing_has_is_not_found() {
    let app = spawn_app(Storage::sqlite()).await;
    let entry = json!({"type": "note", "message": "x"});
    for id in ["INC-1", "x", "%00", "..%2f", "é", "INC-1JN7W800000000000"] {
        let incident = format!("/api/v1/incidents/{id}");
        assert_eq!(app.get(&incident).await.refused(404), "Incident not found", "{id}");
        assert_eq!(app.patch(&incident, &json!({})).await.refused(404), "Incident not found");
        for (path, body) in [
            ("assign", json!({"commander": "api-token"})),
            ("status", json!({"status": "open"})),
            ("timeline", entry.clone()),
            ("postmortem", json!({"what_happened": "x", "root_cause": "y"})),
        ] {
            assert_eq!(
                app.post(&format!("{incident}/{path}"), &body).await.refused(404),
                "Incident not found",
                "{path}"
            );
        }
        for path in ["timeline", "postmortem", "followers"] {
            assert_eq!(app.get(&format!("{incident}/{path}")).await.refused(404), "Incident not found", "{path}");
        }
        assert_eq!(app.put(&format!("{incident}/followers/me"), &json!({})).await.refused(404), "Incident not found");
        assert_eq!(app.delete(&format!("{incident}/followers/me")).await.refused(404), "Incident not found");
        assert_eq!(app.get(&format!("/api/v1/services/{id}")).await.refused(404), "Service not found", "{id}");
        assert_eq!(app.get(&format!("/api/v1/reports/{id}")).await.refused(404), "Service not found", "{id}");
    }
    let incident = app.open_one().await;
    app.put(&format!("{incident}/timeline/TL-1"), &entry).await.refused(404);
    app.delete(&format!("{incident}/timeline/TL-1")).await.refused(404);
    assert_eq!(app.get(&format!("{incident}/postmortem")).await.refused(404), "This incident has no postmortem yet");
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = spawn_app(Storage::sqlite()).await;
    let wrong = json!({"title": "a\nb", "sev": 9, "services": ["?"], "summary": "\u{7}", "source": "", "servers": [0]});
    assert_snapshot!("wrong_fields", shown(&app.post("/api/v1/incidents", &wrong).await));
    assert_snapshot!("missing_fields", shown(&app.post("/api/v1/incidents", &json!({})).await));
    assert_snapshot!("unknown_field", shown(&app.post("/api/v1/incidents", &json!({"stauts": "x"})).await));
    assert_snapshot!(
        "wrong_parameters",
        app.get("/api/v1/incidents?status=closed&sev=0&limit=0&cursor=x&stauts=1").await
    );
    let incident = app.open_one().await;
    for (path, body) in [
        ("assign", json!({})),
        ("assign", json!({"commander": ""})),
        ("assign", json!({"commander": 7})),
        ("status", json!({})),
        ("status", json!({"status": "closed"})),
        ("timeline", json!({"type": "system", "message": "x"})),
        ("timeline", json!({"type": "note", "message": " "})),
        ("postmortem", json!({"what_happened": "x", "root_cause": "y", "action_items": [{"done": true}]})),
        ("postmortem", json!({"what_happened": "x", "root_cause": "y", "action_items": [7]})),
    ] {
        let answer = app.post(&format!("{incident}/{path}"), &body).await;
        answer.refused(400);
        assert!(answer.json()["details"].is_array(), "{path} {body}: {answer}");
    }
    // a status is not edited by the way
    app.patch(&incident, &json!({"status": "resolved"})).await.refused(400);
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    let app = spawn_app(Storage::sqlite()).await;
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/incidents", "GET, HEAD, POST"),
        (Method::DELETE, "/api/v1/incidents/INC-1", "GET, HEAD, PATCH"),
        (Method::PATCH, "/api/v1/incidents/stream", "GET, HEAD"),
        (Method::GET, "/api/v1/incidents/INC-1/status", "POST"),
        (Method::GET, "/api/v1/incidents/INC-1/followers/me", "PUT, DELETE"),
        (Method::PUT, "/api/v1/reports", "GET, HEAD, POST"),
    ] {
        let answer = send(app.request(method.clone(), path)).await;
        answer.refused(405);
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn a_stranger_s_body_is_not_read() {
    let app = spawn_app(Storage::sqlite()).await;
    let answer = app.stranger().post("/api/v1/incidents", &json!({"nonsense": 1})).await;
    assert_snapshot!("stranger", shown(&answer));
    app.as_("wrong").post("/api/v1/incidents", &json!({"title": "x", "sev": 1})).await.refused(401);
    assert_eq!(app.get("/api/v1/incidents").await.body, "[]");
}
