//! Faults of a file.

use std::time::Duration;

use futures_util::future::join_all;
use rusqlite::Connection;
use store::{Store, StoreError};
use tempfile::TempDir;
use testbed::wait;

use crate::document::{Counter, Note, count, note, open, put, refusal, try_open};
use crate::ledger::{self, PATIENCE, caught_up, reachable};

/// A file in a folder of its own.
struct File(TempDir);

impl File {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("store.db")
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    /// As another program sees it.
    fn connect(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }
}

#[tokio::test]
async fn kill_9_of_the_writer_loses_nothing_and_leaves_nothing_half_done() {
    let file = File::new();
    ledger::is_whole_after_its_writers_were_killed(&file.url()).await;
}

#[tokio::test]
async fn a_file_that_another_program_has_locked_refuses_writes_and_not_reads() {
    let file = File::new();
    let store = open(&file.url()).await;
    put(&store, note("a", "red")).await;
    let other = file.connect();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert_eq!(count(&store, "x").await, Err(StoreError::Unreachable));
    assert_eq!(store.read().count::<Note>(), 1);
    let sentence = refusal(&file.url()).await;
    assert!(sentence.ends_with("database is locked"), "{sentence}");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&store, "x").await, Ok(1));
    assert!(store.is_reachable());
}

#[tokio::test]
async fn a_commit_that_fails_in_its_middle_leaves_nothing() {
    let file = File::new();
    let store = open(&file.url()).await;
    let other = file.connect();
    // entries of logs are written last
    other
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        .unwrap();
    assert_eq!(ledger::write(&store, "a".to_owned()).await, Err(StoreError::Unreachable));
    other.execute_batch("DROP TRIGGER full").unwrap();
    for store in [&store, &open(&file.url()).await] {
        assert_eq!((store.read().revision(), store.read().count::<Note>()), (0, 0));
        assert_eq!(store.outbox().count().await, Ok(0));
    }
    assert_eq!(ledger::write(&store, "a".to_owned()).await, Ok(()));
}

#[tokio::test]
async fn a_file_that_was_deleted_takes_no_more_writes() {
    let file = File::new();
    let store = open(&file.url()).await;
    put(&store, note("a", "red")).await;
    std::fs::remove_file(file.path()).unwrap();
    assert_eq!(count(&store, "x").await, Err(StoreError::Lost));
    // nor does one that lies there now
    std::fs::write(file.path(), "").unwrap();
    assert_eq!(count(&store, "x").await, Err(StoreError::Lost));
    assert!(store.ready().is_err());
    assert_eq!(store.read().count::<Note>(), 1);
}

#[tokio::test]
async fn two_processes_may_start_at_once_on_a_new_file() {
    let file = File::new();
    let url = file.url();
    let stores: Vec<Store> = join_all((0..8).map(|_| open(&url))).await;
    let counts = join_all(stores.iter().map(|store| count(store, "starts"))).await;
    assert!(counts.iter().all(Result::is_ok), "{counts:?}");
    assert_eq!(open(&url).await.read().get::<Counter>("starts").unwrap().value, 8);
}

#[tokio::test]
async fn replicas_that_count_together_miss_nothing() {
    let file = File::new();
    let (one, two) = (open(&file.url()).await, open(&file.url()).await);
    let values = crate::ledger::counted(&[one, two]).await;
    assert_eq!(values, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_replica_behind_a_trimmed_change_log_loads_everything() {
    let file = File::new();
    let store = open(&file.url()).await;
    put(&store, note("a", "red")).await;
    file.connect()
        .execute_batch(
            "BEGIN IMMEDIATE;
             UPDATE document SET key = 'b', json = '{\"id\":\"b\",\"colour\":\"red\",\"text\":\"\"}', version = 7;
             UPDATE meta SET revision = 7;
             DELETE FROM change;
             COMMIT",
        )
        .unwrap();
    caught_up(&store, 7).await;
    let now = store.read();
    assert!(now.get::<Note>("a").is_none());
    assert_eq!(now.find::<Note>("colour", "red").map(|note| note.version).collect::<Vec<_>>(), [7]);
}

#[tokio::test]
async fn a_change_that_cannot_be_read_stops_a_replica_and_says_so() {
    let file = File::new();
    let store = open(&file.url()).await;
    put(&store, note("a", "red")).await;
    let other = file.connect();
    other
        .execute_batch(
            r#"BEGIN IMMEDIATE;
             INSERT INTO change VALUES (2, '[{"collection":"notes","key":"b","document":{"of":"a later version"}}]');
             UPDATE meta SET revision = 2;
             COMMIT"#,
        )
        .unwrap();
    reachable(&store, false).await;
    assert_eq!(count(&store, "x").await, Err(StoreError::Unreachable));
    assert_eq!(store.read().revision(), 1);
    other.execute_batch("UPDATE change SET changes = '[]' WHERE revision = 2").unwrap();
    reachable(&store, true).await;
    assert_eq!(count(&store, "x").await, Ok(1));
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_in_one_sentence() {
    let file = File::new();
    put(&open(&file.url()).await, note("a", "red")).await;
    let change = |sql: &str| file.connect().execute_batch(sql).unwrap();
    change("UPDATE document SET json = '{\"id\":\"a\"}'");
    let sentence = refusal(&file.url()).await;
    let expected = r#"the document "a" in "notes" cannot be read: missing field `colour` at line 1 column 10"#;
    assert_eq!(sentence, format!("cannot open {}: {expected}", file.url()));
    change("PRAGMA user_version = 9");
    let sentence = refusal(&file.url()).await;
    assert!(
        sentence.ends_with("its schema has the number 9, and this program knows 1: update the program"),
        "{sentence}"
    );

    let foreign = File::new();
    foreign.connect().execute_batch("CREATE TABLE shop (id)").unwrap();
    let sentence = refusal(&foreign.url()).await;
    assert!(sentence.ends_with("it is another program's file: it has a table shop"), "{sentence}");

    let text = File::new();
    std::fs::write(text.path(), "dear diary, ".repeat(1000)).unwrap();
    let sentence = refusal(&text.url()).await;
    assert!(sentence.ends_with("file is not a database"), "{sentence}");
    let sentence =
        try_open(&format!("sqlite:{}/x/y.db", text.path().display()), "test").await.err().unwrap().to_string();
    assert!(sentence.contains("its folder: "), "{sentence}");
}

#[tokio::test]
async fn what_waits_when_the_last_handle_is_dropped_is_still_done() {
    let file = File::new();
    let store = open(&file.url()).await;
    let mut writes: Vec<_> = (0..500)
        .map(|number| {
            let store = store.clone();
            Box::pin(async move { put(&store, note(&number.to_string(), "red")).await })
        })
        .collect();
    for write in &mut writes {
        assert!(futures_util::poll!(write).is_pending());
    }
    drop((writes, store));
    let reader = open(&file.url()).await;
    let all = async || (reader.read().count::<Note>() == 500).then_some(());
    wait::until_async("what was handed in", PATIENCE.max(Duration::from_secs(5)), all).await;
}
