//! What orchestrators and people ask first.

use insta::assert_snapshot;
use reqwest::Method;
use testbed::client::send;

use crate::app::spawn_app;
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    the_course_finds_what_it_asks_for,
    the_probes_answer,
}

/// Byte for byte: course sheets and marking scripts compare these.
async fn the_course_finds_what_it_asks_for(storage: Storage) {
    let app = spawn_app(storage).await;
    let health = app.get("/api/v1/health").await;
    assert_eq!((health.status, health.body.as_str()), (200, r#"{"status":"OK","version":"1.0"}"#));

    let web = r#"{"id":1,"hostname":"web-prod-01","ip":"10.0.0.1","status":"up","#;
    let db = r#"{"id":2,"hostname":"db-prod-01","ip":"10.0.0.2","status":"down","#;
    let list = app.get("/api/v1/servers").await;
    assert_eq!(list.status, 200);
    assert!(list.body.starts_with(&format!(r#"{{"servers":[{web}"#)), "{list}");
    assert!(list.body.contains(&format!("}},{db}")), "{list}");
    assert!(list.body.ends_with(r#"}],"count":2}"#), "{list}");

    let server = app.get("/api/v1/servers/1").await;
    assert_eq!(server.status, 200);
    assert!(server.body.starts_with(web), "{server}");

    let stranger = app.get("/api/v1/servers/999").await;
    assert_eq!((stranger.status, stranger.body.as_str()), (404, r#"{"error":"Server not found"}"#));
}

async fn the_probes_answer(storage: Storage) {
    let app = spawn_app(storage).await;
    assert_snapshot!("health", app.get("/api/v1/health").await);
    assert_snapshot!("livez", app.get("/livez").await);
    assert_snapshot!("readyz", app.get("/readyz").await);
}

#[tokio::test]
async fn requests_are_counted_under_the_pattern_of_their_route() {
    let app = spawn_app(Storage::sqlite()).await;
    for path in ["/api/v1/servers/1", "/api/v1/servers/2", "/api/v1/servers/404", "/nowhere", "/elsewhere"] {
        app.get(path).await;
    }
    let metrics = app.get("/metrics").await;
    assert_eq!(metrics.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let counted = |labels: &str, times: u32| {
        let line = format!("http_requests_total{{{labels}}} {times}");
        assert!(metrics.body.lines().any(|found| found == line), "no {line} in\n{metrics}");
    };
    counted(r#"method="GET",route="/api/v1/servers/{id}",status="200""#, 2);
    counted(r#"method="GET",route="/api/v1/servers/{id}",status="404""#, 1);
    counted(r#"method="GET",route="unmatched",status="404""#, 2);
    assert!(metrics.body.ends_with("# EOF\n"), "{metrics}");
}

#[tokio::test]
async fn an_answer_carries_the_id_of_its_request() {
    let app = spawn_app(Storage::sqlite()).await;
    let ask = async |id: &str| {
        let request = app.stranger().request(Method::GET, "/livez").header("X-Request-Id", id);
        send(request).await.header("x-request-id").to_owned()
    };
    assert_eq!(ask("a-client.chose_1").await, "a-client.chose_1");
    // what would tear a line of the log, or fill it, is not taken over
    for unfit in ["a b", "a\"b", &"x".repeat(65)] {
        assert_ne!(ask(unfit).await, unfit);
    }
}

#[tokio::test]
async fn the_pages_come_from_the_program_alone() {
    let app = spawn_app(Storage::sqlite()).await;
    let there = app.get("/docs").await;
    assert_eq!((there.status, there.header("location")), (308, "/docs/"), "{there}");
    let page = app.get("/docs/").await;
    assert_eq!(page.status, 200, "{page}");
    assert!(page.header("content-type").starts_with("text/html"));
    for attribute in ["src=\"", "href=\""] {
        for target in page.body.split(attribute).skip(1) {
            assert!(!target.starts_with("http") && !target.starts_with("//"), "fetched from elsewhere: {target}");
        }
    }
    assert_eq!(app.get("/docs/swagger-ui-bundle.js").await.status, 200);
    app.get("/docs/../Cargo.toml").await.refused(404);
    app.get("/docs/none.js").await.refused(404);
}
