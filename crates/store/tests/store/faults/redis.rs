//! Faults of Redis, and of the network before it.

use std::time::Duration;

use ::redis::{Client, Cmd, FromRedisValue, cmd};
use futures_util::future::join_all;
use store::{Store, StoreError};
use testbed::chaos_proxy::ChaosProxy;
use testbed::redis::{Database, database, exclusive};
use testbed::wait;
use tokio::time::Instant;

use crate::document::{Counter, Note, count, note, open, put, refusal};
use crate::ledger::{self, Ledger, PATIENCE, Writers, caught_up, reachable, writes_again};

fn ask<T: FromRedisValue>(url: &str, command: &Cmd) -> T {
    command.query(&mut Client::open(url).unwrap().get_connection().unwrap()).unwrap()
}

fn tell(url: &str, words: &[&str]) {
    let mut command = cmd(words[0]);
    ask::<::redis::Value>(url, command.arg(&words[1..]));
}

/// A store, and another behind a network that fails on command.
async fn two_replicas(database: &Database) -> (Store, Store, ChaosProxy) {
    let proxy = ChaosProxy::start(database.address()).unwrap();
    let near = open(&database.url()).await;
    let far = open(&database.url_through(proxy.address().port())).await;
    (near, far, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_of_redis_in_the_middle_of_writes_loses_nothing() {
    let server = exclusive().await;
    let url = server.url();
    let (store, follower) = (open(&url).await, open(&url).await);
    let mut ledger = Ledger::default();
    for round in 0..3 {
        let writers = Writers::start(&store, &format!("round-{round}"), 8);
        let base = store.read().revision();
        caught_up(&follower, base + 200).await;
        server.kill_9().await;
        reachable(&store, false).await;
        reachable(&follower, false).await;
        assert!(store.ready().is_err());
        // reads go on
        assert!(store.read().count::<Note>() >= 200);
        assert_eq!(ledger::write(&store, "while it is down".to_owned()).await, Err(StoreError::Unreachable));
        ledger.refused.insert("while it is down".to_owned());
        server.start_again().await;
        reachable(&store, true).await;
        reachable(&follower, true).await;
        let revision = store.read().revision();
        caught_up(&store, revision + 50).await;
        ledger.append(writers.stop().await);
    }
    assert!(!ledger.refused.is_empty());
    ledger.agrees_with(&url, &follower).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_of_the_writer_loses_nothing_and_leaves_nothing_half_done() {
    ledger::is_whole_after_its_writers_were_killed(&database().await.url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_was_cut_off_catches_up() {
    let database = database().await;
    let (near, far, proxy) = two_replicas(&database).await;
    put(&near, note("before", "red")).await;
    caught_up(&far, 1).await;
    proxy.cut();
    let during = Writers::start(&near, "during", 4);
    caught_up(&near, 100).await;
    let mut ledger = during.stop().await;
    reachable(&far, false).await;
    assert_eq!(far.read().revision(), 1);
    assert_eq!(ledger::write(&far, "cut off".to_owned()).await, Err(StoreError::Unreachable));
    proxy.restore();
    caught_up(&far, near.read().revision()).await;
    assert_eq!(far.read().count::<Note>(), near.read().count::<Note>());
    reachable(&far, true).await;
    // the note from before has neither event nor entry
    near.write(|draft| Ok::<_, StoreError>(draft.delete::<Note>("before"))).await.unwrap();
    ledger.refused.insert("cut off".to_owned());
    assert_eq!(ledger.kept.len(), near.read().count::<Note>());
    assert!(near.read().get::<Note>("cut off").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_hangs_costs_each_caller_seconds_and_no_more() {
    let database = database().await;
    let (near, far, proxy) = two_replicas(&database).await;
    put(&near, note("before", "red")).await;
    caught_up(&far, 1).await;
    proxy.stall();
    let began = Instant::now();
    let writes = (0..600).map(|number| ledger::write(&far, format!("stalled-{number}")));
    let reads = (0..50).map(|_| far.log("audit", None, 10));
    let (written, read) = tokio::join!(join_all(writes), join_all(reads));
    assert!(read.iter().all(|page| *page == Err(StoreError::Unreachable)));
    assert!(written.iter().all(Result::is_err));
    // one answer that does not come (3 s), and one connection that is not made (1 s), for any number of them
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert!(!far.is_reachable());
    assert_eq!(far.read().count::<Note>(), 1);
    put(&near, note("meanwhile", "red")).await;
    proxy.restore();
    writes_again(&far, "after").await;
    caught_up(&far, near.read().revision()).await;
    caught_up(&near, far.read().revision()).await;
    let ids = |store: &Store| store.read().iter::<Note>().map(|note| note.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&near), ids(&far));
    // those of which it was said that they were not written are not there
    for (number, answer) in written.iter().enumerate() {
        if *answer != Err(StoreError::Unconfirmed) {
            assert!(near.read().get::<Note>(&format!("stalled-{number}")).is_none());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_behind_a_trimmed_change_log_loads_everything() {
    let database = database().await;
    let (near, far, proxy) = two_replicas(&database).await;
    put(&near, note("old", "red")).await;
    caught_up(&far, 1).await;
    proxy.cut();
    for number in 0..20 {
        put(&near, note(&number.to_string(), "blue")).await;
    }
    near.write(|draft| Ok::<_, StoreError>(draft.delete::<Note>("old"))).await.unwrap();
    tell(&database.url(), &["XTRIM", "test:changes", "MAXLEN", "3"]);
    proxy.restore();
    caught_up(&far, 22).await;
    assert_eq!((far.read().count::<Note>(), far.read().count_of::<Note>("colour", "blue")), (20, 20));
    assert!(far.read().get::<Note>("old").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_has_lost_writes_and_has_made_others_is_loaded_anew() {
    let server = exclusive().await;
    let proxy = ChaosProxy::start(server.address()).unwrap();
    let far = open(&server.url_through(proxy.address().port())).await;
    for key in ["a", "b", "lost"] {
        put(&far, note(key, "red")).await;
    }
    proxy.cut();
    // as after a crash of a server that was not set to `appendfsync always`
    let url = server.url();
    tell(&url, &["HDEL", "test:documents:notes", "lost"]);
    tell(&url, &["HSET", "test:meta", "revision", "2"]);
    tell(&url, &["DEL", "test:changes"]);
    server.kill_9().await;
    server.start_again().await;
    let near = open(&url).await;
    for key in ["c", "d"] {
        put(&near, note(key, "red")).await;
    }
    proxy.restore();
    caught_up(&far, 4).await;
    let ids = |store: &Store| store.read().iter::<Note>().map(|note| note.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&far), ["a", "b", "c", "d"]);
    put(&far, note("e", "red")).await;
    caught_up(&near, 5).await;
    assert_eq!(ids(&near), ids(&far));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_was_emptied_is_not_written_to() {
    let database = database().await;
    let store = open(&database.url()).await;
    put(&store, note("a", "red")).await;
    tell(&database.url(), &["FLUSHDB"]);
    assert_eq!(count(&store, "x").await, Err(StoreError::Lost));
    assert!(store.ready().is_err());
    assert_eq!(store.read().count::<Note>(), 1);
    // whoever starts now accepts what is there; the old one is not taken in when that has come further than itself
    let new = open(&database.url()).await;
    for _ in 0..3 {
        count(&new, "x").await.unwrap();
    }
    assert_eq!(count(&store, "x").await, Err(StoreError::Lost));
    assert_eq!(new.read().count::<Counter>(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_may_start_at_once_on_a_new_redis() {
    let database = database().await;
    let url = database.url();
    let stores = join_all((0..8).map(|_| open(&url))).await;
    let counts = join_all(stores.iter().map(|store| count(store, "starts"))).await;
    assert!(counts.iter().all(Result::is_ok), "{counts:?}");
    assert_eq!(open(&url).await.read().get::<Counter>("starts").unwrap().value, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_count_together_miss_nothing() {
    let database = database().await;
    let (one, two) = (open(&database.url()).await, open(&database.url()).await);
    let values = crate::ledger::counted(&[one, two]).await;
    assert_eq!(values, (1..=200).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_starts_while_another_writes_has_everything() {
    let database = database().await;
    let url = database.url();
    let store = open(&url).await;
    let writers = Writers::start(&store, "meanwhile", 8);
    caught_up(&store, 500).await;
    let late = open(&url).await;
    let ledger = writers.stop().await;
    ledger.agrees_with(&url, &late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_tampered_with_stops_a_commit_before_it_begins() {
    let database = database().await;
    let url = database.url();
    let store = open(&url).await;
    ledger::write(&store, "a".to_owned()).await.unwrap();
    for tampering in [
        &["SET", "test:log:audit", "x"][..],
        &["XADD", "test:outbox", "900-0", "event", "{}"],
        &["XADD", "test:changes", "900-0", "changes", "[]"],
    ] {
        tell(&url, &["COPY", tampering[1], "kept", "REPLACE"]);
        tell(&url, tampering);
        assert_eq!(ledger::write(&store, "b".to_owned()).await, Err(StoreError::Unreachable), "{tampering:?}");
        assert_eq!(ask::<usize>(&url, cmd("HLEN").arg("test:documents:notes")), 1);
        assert_eq!(ask::<u64>(&url, cmd("HGET").arg("test:meta").arg("revision")), 1);
        tell(&url, &["COPY", "kept", tampering[1], "REPLACE"]);
    }
    ledger::write(&store, "b".to_owned()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_is_said_in_one_sentence() {
    let database = database().await;
    let url = database.url();
    put(&open(&url).await, note("a", "red")).await;
    let told = |reason: &str| format!("cannot open {url}: {reason}");
    tell(&url, &["HSET", "test:documents:notes", "a", r#"{"version":1,"document":{"id":"a"}}"#]);
    let why = "missing field `colour` at line 1 column 10";
    assert_eq!(refusal(&url).await, told(&format!(r#"the document "a" in "notes" cannot be read: {why}"#)));
    tell(&url, &["HSET", "test:documents:notes", "a", "red"]);
    let why = "expected value at line 1 column 1";
    assert_eq!(refusal(&url).await, told(&format!(r#"the document "a" in "notes" cannot be read: {why}"#)));
    let port = testbed::process::free_port().unwrap();
    let sentence = refusal(&format!("redis://:hidden@127.0.0.1:{port}/0")).await;
    assert!(
        sentence.starts_with(&format!("cannot open redis://127.0.0.1:{port}/0: it cannot be used: ")),
        "{sentence}"
    );
    assert!(!sentence.contains("hidden"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_full_refuses_and_keeps_nothing_of_it() {
    let server = exclusive().await;
    let url = server.url();
    let store = open(&url).await;
    ledger::write(&store, "a".to_owned()).await.unwrap();
    tell(&url, &["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(ledger::write(&store, "b".to_owned()).await, Err(StoreError::Unreachable));
    tell(&url, &["CONFIG", "SET", "maxmemory", "0"]);
    let mut ledger = Ledger::default();
    ledger.kept.insert("a".to_owned());
    ledger.refused.insert("b".to_owned());
    ledger.agrees_with(&url, &store).await;
    ledger::write(&store, "b".to_owned()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_what_never_comes_does_not_keep_the_keeper_busy() {
    let server = exclusive().await;
    let url = server.url();
    let store = open(&url).await;
    put(&store, note("a", "red")).await;
    let heard = async || (ask::<usize>(&url, cmd("PUBLISH").arg("test:news").arg(u64::MAX)) > 0).then_some(());
    wait::until_async("the store to listen", PATIENCE, heard).await;
    let looks = || {
        let stats: String = ask(&url, cmd("INFO").arg("commandstats"));
        let calls = stats.lines().find_map(|line| line.strip_prefix("cmdstat_hmget:calls="));
        calls.and_then(|calls| calls.split(',').next()?.parse::<u64>().ok()).unwrap_or_default()
    };
    let (before, began) = (looks(), Instant::now());
    let more = async || (looks() >= before + 4).then_some(());
    wait::until_async("the store to look", PATIENCE, more).await;
    assert!(began.elapsed() > Duration::from_secs(2), "four looks in {:?}", began.elapsed());
}
