//! The change feed: no gap, and no change that comes after a later one.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::Client;
use testbed::wait;

use crate::app::{add, change, changes, form, spawn_app, upload};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    a_reader_that_follows_many_writers_misses_nothing_and_sees_all_in_order,
    a_change_that_is_refused_leaves_no_gap,
    a_page_is_as_long_as_was_asked_for,
    the_feed_says_which_database_it_counts_in,
}

const WRITERS: usize = 8;
const ROUNDS: usize = 6;
/// Of each round of a writer: created, updated, renamed, deleted.
const EACH: usize = 4;

async fn write(client: Client, writer: usize) {
    for round in 0..ROUNDS {
        let file = add(&client, &format!("w{writer}-{round}"), format!("{writer} {round}")).await;
        change(&client, &file, format!("{writer} {round} again")).await;
        let path = format!("/api/v1/files/{}", file["id"]);
        client.put(&path, &json!({"name": format!("w{writer}-{round}-renamed")})).await.assert_status(200);
        client.delete(&path).await.assert_status(204);
    }
}

/// Ask again and again for what comes behind the last change, as a backup does; each answer as it was.
async fn follow(client: &Client, until: usize) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    let limit = Duration::from_mins(1);
    wait::until_async("every change", limit, async || {
        let after = seen.last().map_or(0, |change| change["seq"].as_i64().unwrap());
        let page = client.get(&format!("/api/v1/changes?limit=7&after={after}")).await.expect(200).json();
        seen.extend(page.as_array().unwrap().iter().cloned());
        (seen.len() >= until).then_some(())
    })
    .await;
    seen
}

async fn a_reader_that_follows_many_writers_misses_nothing_and_sees_all_in_order(storage: Storage) {
    let app = spawn_app(storage).await;
    // half of the writers go to another instance
    let other = app.replica().await;
    let writers =
        (0..WRITERS).map(|writer| write(if writer % 2 == 0 { app.as_(TOKEN) } else { other.as_(TOKEN) }, writer));
    let all = WRITERS * ROUNDS * EACH;
    let (_, seen) = tokio::join!(join_all(writers), follow(&other, all));
    let seqs: Vec<_> = seen.iter().map(|change| change["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=i64::try_from(all).unwrap()).collect::<Vec<_>>());
    let mut files: BTreeMap<i64, Vec<(String, i64)>> = BTreeMap::new();
    for change in &seen {
        let what = (change["kind"].as_str().unwrap().to_owned(), change["file"]["version"].as_i64().unwrap());
        files.entry(change["file"]["id"].as_i64().unwrap()).or_default().push(what);
    }
    let life = [("created", 1), ("updated", 2), ("updated", 3), ("deleted", 3)]
        .map(|(kind, version)| (kind.to_owned(), version));
    assert_eq!(files.len(), WRITERS * ROUNDS);
    assert!(files.values().all(|file| *file == life), "{files:?}");
    // read at once, it is the same
    assert_eq!(changes(&app).await, seen);
}

const TOKEN: &str = testbed::service::TOKEN;

async fn a_change_that_is_refused_leaves_no_gap(storage: Storage) {
    let app = spawn_app(storage).await;
    add(&app, "a", "1").await;
    upload(&app, Method::POST, "/api/v1/files", form("a", "2")).await.assert_status(409);
    app.delete("/api/v1/files/99").await.assert_status(404);
    add(&app, "b", "3").await;
    let seen: Vec<_> =
        changes(&app).await.iter().map(|change| (change["seq"].clone(), change["file"]["id"].clone())).collect();
    assert_eq!(seen, [(json!(1), json!(1)), (json!(2), json!(2))]);
}

async fn a_page_is_as_long_as_was_asked_for(storage: Storage) {
    let app = spawn_app(storage).await;
    for number in 0..5 {
        add(&app, &number.to_string(), "").await;
    }
    let seqs = async |query: &str| {
        let page = app.get(&format!("/api/v1/changes{query}")).await.expect(200).json();
        page.as_array().unwrap().iter().map(|change| change["seq"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(seqs("").await, [1, 2, 3, 4, 5]);
    assert_eq!(seqs("?after=2&limit=2").await, [3, 4]);
    assert_eq!(seqs("?after=5").await, [0; 0]);
    assert_eq!(seqs("?after=18446744073709551615").await, [0; 0]);
    for wrong in ["?after=-1", "?after=x", "?limit=501", "?before=1"] {
        app.get(&format!("/api/v1/changes{wrong}")).await.refused(400);
    }
}

async fn the_feed_says_which_database_it_counts_in(storage: Storage) {
    let app = spawn_app(storage).await;
    let replica = app.replica().await;
    let other = spawn_app(Storage::sqlite()).await;
    let epoch =
        async |client: &Client| client.get("/api/v1/changes").await.expect(200).header("documents-epoch").to_owned();
    let own = epoch(&app).await;
    assert!(own.len() >= 16, "{own}");
    assert_eq!(own, epoch(&replica).await);
    assert_ne!(own, epoch(&other).await);
}
