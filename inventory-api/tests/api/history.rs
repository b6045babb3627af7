//! `GET /api/v1/servers/{id}/history`: who changed what, when.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::{server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    who_changed_what_when,
    a_deleted_server_keeps_its_history,
    pages_of_history_put_together_are_the_whole_of_it,
    what_is_refused_leaves_no_history,
}

async fn who_changed_what_when(storage: Storage) {
    let app = spawn_app(storage).await;
    app.clock.advance(60);
    app.patch("/api/v1/servers/1", &json!({"status": "down", "tags": ["web"]})).await;
    app.clock.advance(60);
    app.patch("/api/v1/servers/1", &json!({"status": "down"})).await;
    app.put("/api/v1/servers/1", &server("web-prod-01", "::1", "up")).await;
    assert_snapshot!("history", app.get("/api/v1/servers/1/history").await);
    assert_snapshot!("history_of_another", app.get("/api/v1/servers/2/history").await);
}

async fn a_deleted_server_keeps_its_history(storage: Storage) {
    let app = spawn_app(storage).await;
    app.delete("/api/v1/servers/2").await;
    assert_snapshot!("history_of_a_deleted_server", app.get("/api/v1/servers/2/history").await);
    // one that never was has none
    assert_eq!(app.get("/api/v1/servers/3/history").await.refused(404), "Server not found");
}

async fn pages_of_history_put_together_are_the_whole_of_it(storage: Storage) {
    let app = spawn_app(storage).await;
    for turn in 0..9 {
        app.patch("/api/v1/servers/1", &json!({"description": turn.to_string()})).await;
        app.patch("/api/v1/servers/2", &json!({"description": turn.to_string()})).await;
    }
    let whole = app.get("/api/v1/servers/1/history").await;
    assert_eq!(whole.next(), None);
    let whole = whole.json();
    let whole = whole.as_array().unwrap();
    assert_eq!(whole.len(), 10);
    let revisions: Vec<_> = whole.iter().map(|change| change["revision"].as_i64().unwrap()).collect();
    assert!(revisions.is_sorted_by(|a, b| a > b), "the newest first: {revisions:?}");
    for limit in [1, 3, 10] {
        let mut pages = Vec::new();
        let mut next = Some(format!("/api/v1/servers/1/history?limit={limit}"));
        while let Some(path) = next {
            let page = app.get(&path).await;
            let Value::Array(changes) = page.json() else { panic!("no array: {page}") };
            next = page.next();
            assert!(if next.is_some() { changes.len() == limit } else { changes.len() <= limit }, "{path}");
            pages.extend(changes);
        }
        assert_eq!(&pages, whole, "limit {limit}");
    }
}

async fn what_is_refused_leaves_no_history(storage: Storage) {
    let app = spawn_app(storage).await;
    app.post("/api/v1/servers", &server("web-prod-01", "10.1.0.1", "up")).await.refused(409);
    app.patch("/api/v1/servers/1", &json!({"hostname": "db-prod-01"})).await.refused(409);
    app.import("/api/v1/servers/import", "text/csv", "hostname,ip,status\nnew,::1,up\nweb-prod-01,::1,up")
        .await
        .refused(409);
    assert_eq!(app.get("/api/v1/servers/1/history").await.json().as_array().unwrap().len(), 1);
    // the next change is number 3: those of the course are 1 and 2
    app.add(server("new", "::1", "up")).await;
    assert_eq!(app.get("/api/v1/servers/3/history").await.json()[0]["revision"], 3);
}
