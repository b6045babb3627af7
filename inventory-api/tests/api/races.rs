//! Many at once through one instance.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{TestApp, server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    of_many_who_want_one_name_one_gets_it,
    all_that_was_acknowledged_is_there_and_history_has_no_gap,
    no_update_is_lost_between_two_instances,
}

async fn of_many_who_want_one_name_one_gets_it(storage: Storage) {
    let app = spawn_app(storage).await;
    let wanted = server("wanted", "10.1.0.1", "up");
    let answers = join_all((0..64).map(|_| app.post("/api/v1/servers", &wanted))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 63);
    assert_eq!(app.hostnames().await, ["db-prod-01", "wanted", "web-prod-01"]);
}

async fn all_that_was_acknowledged_is_there_and_history_has_no_gap(storage: Storage) {
    let app = spawn_app(storage).await;
    // each writer adds, changes, and in one case of three deletes again
    let writer = async |number: usize| {
        let id = app.add(server(&format!("host-{number}"), "10.1.0.1", "up")).await["id"].clone();
        let path = format!("/api/v1/servers/{id}");
        assert_eq!(app.patch(&path, &json!({"status": "down"})).await.status, 200);
        if number.is_multiple_of(3) {
            assert_eq!(app.delete(&path).await.status, 204);
        }
    };
    join_all((0..90).map(writer)).await;
    let mut expected: Vec<_> = (0..90).filter(|n| n % 3 != 0).map(|n| format!("host-{n}")).collect();
    expected.extend(["db-prod-01".to_owned(), "web-prod-01".to_owned()]);
    expected.sort();
    assert_eq!(app.hostnames().await, expected);
    // 2 of the course, 90 added, 90 changed, 30 deleted
    assert_eq!(revisions(&app, 92).await, (1..=212).collect());
    // and the same is in the database
    assert_eq!(app.replica().await.servers().await, app.servers().await);
}

/// The revisions of every change in the history of the servers 1 to `last`.
pub async fn revisions(app: &TestApp, last: i64) -> BTreeSet<i64> {
    let mut revisions = BTreeSet::new();
    for id in 1..=last {
        let history = app.get(&format!("/api/v1/servers/{id}/history?limit=500")).await;
        for change in history.json().as_array().unwrap() {
            assert!(revisions.insert(change["revision"].as_i64().unwrap()), "twice: {change}");
        }
    }
    revisions
}

/// Adds one to the number in a description, as often as asked: reads, and writes only if nobody else did meanwhile.
async fn count_up(app: &TestApp, times: usize) {
    let path = "/api/v1/servers/1";
    let mut counted = 0;
    while counted < times {
        let read = app.get(path).await;
        let number: u32 = read.json()["description"].as_str().unwrap().parse().unwrap();
        let write = app.request(Method::PATCH, path).header("If-Match", read.header("etag"));
        match send(write.json(&json!({"description": (number + 1).to_string()}))).await.status {
            200 => counted += 1,
            412 => {}
            other => panic!("{other}"),
        }
    }
}

async fn no_update_is_lost_between_two_instances(storage: Storage) {
    let app = spawn_app(storage).await;
    let replica = app.replica().await;
    app.patch("/api/v1/servers/1", &json!({"description": "0"})).await;
    // the writes see it, the reads follow
    assert_eq!(replica.patch("/api/v1/servers/2", &json!({"description": "follow"})).await.status, 200);
    join_all([&app, &replica, &app, &replica].map(|app| count_up(app, 10))).await;
    let counted = replica.patch("/api/v1/servers/1", &json!({})).await.json();
    assert_eq!(counted["description"], "40");
}
