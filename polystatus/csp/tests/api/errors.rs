//! Whatever is wrong, the answer has the one shape of errors.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::storage::Storage;

use crate::app::{shown, spawn_app};

#[tokio::test]
async fn an_id_that_nothing_has_is_not_found() {
    let app = spawn_app(Storage::sqlite()).await;
    let provider = json!({"name": "A", "feed_url": "https://example.org/", "type": "json"});
    for id in ["x", "%00", "..%2f", "é", "github"] {
        let path = format!("/api/v1/csp/providers/{id}");
        assert_eq!(app.get(&path).await.refused(404), "Provider not found", "{id}");
        assert_eq!(app.put(&path, &provider).await.refused(404), "Provider not found", "{id}");
        assert_eq!(app.delete(&path).await.refused(404), "Provider not found", "{id}");
        assert_eq!(app.get(&format!("/api/v1/csp/status/{id}")).await.refused(404), "Provider not found", "{id}");
    }
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = spawn_app(Storage::sqlite()).await;
    let providers = "/api/v1/csp/providers";
    let wrong = json!({
        "name": "?", "feed_url": "ftp://example.org", "type": "xml",
        "watch": {"products": [""], "regions": ["a\nb"]},
        "opens": {"from": "operational", "sev": 5, "services": [""]},
    });
    assert_snapshot!("wrong_fields", shown(&app.post(providers, &wrong).await));
    assert_snapshot!("missing_fields", shown(&app.post(providers, &json!({"opens": {}})).await));
    assert_snapshot!("unknown_field", shown(&app.post(providers, &json!({"nmae": "x"})).await));
    assert_snapshot!("unknown_provider", shown(&app.post("/api/v1/csp/refresh?provider=nobody", &json!(null)).await));
    assert_snapshot!(
        "wrong_parameters",
        shown(&app.get("/api/v1/csp/events?active=perhaps&limit=0&cursor=x&actve=1").await)
    );
    assert_snapshot!("wrong_days", shown(&app.get("/api/v1/csp/history?days=91").await));
    let incident = json!({"title": "", "sev": 0, "source": "manual", "services": [""], "summary": "\u{7}"});
    assert_snapshot!("wrong_incident", shown(&app.post("/api/v1/incidents", &incident).await));
    for word in ["", "nobody", "a/b", "%00"] {
        app.post(&format!("/api/v1/csp/refresh?provider={word}"), &json!(null)).await.refused(400);
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    let app = spawn_app(Storage::sqlite()).await;
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/csp/providers", "GET, HEAD, POST"),
        (Method::PATCH, "/api/v1/csp/providers/github", "GET, HEAD, PUT, DELETE"),
        (Method::GET, "/api/v1/csp/refresh", "POST"),
        (Method::POST, "/api/v1/csp/events", "GET, HEAD"),
        (Method::POST, "/api/v1/csp/stream", "GET, HEAD"),
        (Method::GET, "/api/v1/incidents", "POST"),
    ] {
        let answer = send(app.request(method.clone(), path)).await;
        answer.refused(405);
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn without_an_incidents_service_nothing_is_opened_and_that_is_said() {
    let app = spawn_app(Storage::sqlite()).await;
    let said = app.post("/api/v1/incidents", &json!({"title": "x", "sev": 1, "source": "csp"})).await;
    assert_eq!(said.refused_for_now(), "No incidents service is set: start this one with INCIDENTS_URL");
}
