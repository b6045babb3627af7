//! Several instances on one database.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::wait;

use crate::app::{TestApp, server, spawn_app};
use crate::races::revisions;
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    an_instance_follows_what_another_writes,
    an_import_is_seen_whole_or_not_at_all_elsewhere,
    a_write_sees_every_write_before_it,
    writers_at_two_instances_do_not_lose_anything,
    two_that_start_at_once_on_an_empty_database_share_one_inventory,
}

/// An instance asks the database four times a second; a busy machine may be slower.
const FOLLOWED: Duration = Duration::from_secs(5);

async fn agree(a: &TestApp, b: &TestApp) {
    wait::until_async("both to show the same", FOLLOWED, async || {
        let (a, b) = tokio::join!(a.get("/api/v1/servers"), b.get("/api/v1/servers"));
        (a.body == b.body && a.header("etag") == b.header("etag")).then_some(())
    })
    .await;
}

async fn an_instance_follows_what_another_writes(storage: Storage) {
    let a = spawn_app(storage).await;
    let b = a.replica().await;
    agree(&a, &b).await;
    a.add(server("new", "10.1.0.1", "up")).await;
    agree(&a, &b).await;
    b.patch("/api/v1/servers/3", &json!({"hostname": "renamed", "tags": ["x"]})).await;
    agree(&a, &b).await;
    a.delete("/api/v1/servers/1").await;
    agree(&a, &b).await;
    assert_eq!(b.get("/api/v1/servers/3").await.json()["hostname"], "renamed");
    b.get("/api/v1/servers/1").await.refused(404);
    assert_eq!(a.get("/api/v1/servers?tag=x").await.json()["count"], 1);
}

/// More than are read at once.
async fn an_import_is_seen_whole_or_not_at_all_elsewhere(storage: Storage) {
    let a = spawn_app(storage).await;
    let b = a.replica().await;
    let rows: Vec<_> = (0..2500).map(|number| server(&format!("h{number}"), "10.1.0.1", "up").to_string()).collect();
    let import = a.import("/api/v1/servers/import", "application/x-ndjson", rows.join("\n"));
    let watch = wait::until_async("the import to be followed", FOLLOWED * 4, async || {
        let count = b.get("/api/v1/servers?limit=1").await.json()["count"].as_u64();
        assert!(matches!(count, Some(2 | 2502)), "{count:?}");
        (count == Some(2502)).then_some(())
    });
    let (answer, ()) = tokio::join!(import, watch);
    assert_eq!(answer.status, 200, "{answer}");
    agree(&a, &b).await;
}

async fn a_write_sees_every_write_before_it(storage: Storage) {
    let a = spawn_app(storage).await;
    let b = a.replica().await;
    for (turn, (a, b)) in [(&a, &b), (&b, &a), (&a, &b)].into_iter().enumerate() {
        let name = format!("host-{turn}");
        let wanted = server(&name, "10.1.0.1", "up");
        let path = format!("/api/v1/servers/{}", a.add(wanted.clone()).await["id"]);
        // no second one of that name, and no 404 for the first
        b.post("/api/v1/servers", &wanted).await.refused(409);
        assert_eq!(b.patch(&path, &json!({"status": "down"})).await.header("etag"), "\"2\"");
        // what b wrote is the version that a compares with
        let conditional = |tag| a.request(Method::PATCH, &path).header("If-Match", tag).json(&json!({"status": "up"}));
        send(conditional("\"1\"")).await.refused(412);
        assert_eq!(send(conditional("\"2\"")).await.header("etag"), "\"3\"");
        assert_eq!(b.delete(&path).await.status, 204);
        a.patch(&path, &json!({"status": "down"})).await.refused(404);
        // the name is free again, at once and everywhere
        let again = format!("/api/v1/servers/{}", a.add(wanted).await["id"]);
        let table = format!("hostname,ip,status\n{name},10.1.0.1,up\n");
        b.import("/api/v1/servers/import", "text/csv", table).await.refused(409);
        assert_eq!(a.delete(&again).await.status, 204);
    }
}

async fn writers_at_two_instances_do_not_lose_anything(storage: Storage) {
    let a = spawn_app(storage).await;
    let b = a.replica().await;
    let writers = (0..60).map(async |number| {
        let app = if number % 2 == 0 { &a } else { &b };
        let added = app.add(server(&format!("host-{number}"), "10.1.0.1", "up")).await;
        let path = format!("/api/v1/servers/{}", added["id"]);
        assert_eq!(app.patch(&path, &json!({"status": "down"})).await.json()["hostname"], added["hostname"]);
    });
    join_all(writers).await;
    agree(&a, &b).await;
    assert_eq!(a.servers().await.len(), 62);
    assert_eq!(revisions(&b, 62).await, (1..=122).collect());
}

async fn two_that_start_at_once_on_an_empty_database_share_one_inventory(storage: Storage) {
    let url = storage.url();
    let storage = std::sync::Arc::new(storage);
    let start = || TestApp::start(storage.clone(), url.clone());
    let (a, b, c) = tokio::join!(start(), start(), start());
    for app in [&a, &b, &c] {
        assert_eq!(app.hostnames().await, ["db-prod-01", "web-prod-01"]);
    }
    a.add(server("new", "10.1.0.1", "up")).await;
    agree(&a, &b).await;
    agree(&a, &c).await;
}
