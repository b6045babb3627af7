//! What everybody relies on.

use futures_util::future::join_all;
use store::{Store, StoreError};
use tempfile::TempDir;

use crate::document::{Counter, Note, count, note, open, put};

async fn what_is_written_is_read(store: &Store) {
    assert_eq!(put(store, note("b", "red")).await, 1);
    assert_eq!(put(store, note("a", "red")).await, 2);
    assert_eq!(put(store, note("c", "blue")).await, 3);
    let now = store.read();
    assert_eq!(now.get::<Note>("a").unwrap().version, 2);
    let keys = |found: Vec<&std::sync::Arc<store::Entry<Note>>>| -> String { found.iter().map(|n| &*n.id).collect() };
    assert_eq!(keys(now.iter().collect()), "abc");
    assert_eq!(keys(now.find("colour", "red").collect()), "ab");
    assert_eq!(keys(now.after("a").collect()), "bc");
    assert_eq!(keys(now.before("d").rev().collect()), "cba");
    assert_eq!((now.count::<Note>(), now.count_of::<Note>("colour", "red"), now.revision()), (3, 2, 3));

    put(store, note("a", "blue")).await;
    assert!(store.write(|draft| Ok::<_, StoreError>(draft.delete::<Note>("b"))).await.unwrap());
    assert!(!store.write(|draft| Ok::<_, StoreError>(draft.delete::<Note>("b"))).await.unwrap());
    assert_eq!(keys(store.read().find("colour", "red").collect()), "");
    assert_eq!(keys(store.read().find("colour", "blue").collect()), "ac");
    // who holds the old snapshot still sees it
    assert_eq!(keys(now.find("colour", "red").collect()), "ab");
}

async fn an_error_writes_nothing(store: &Store) {
    let refused = store
        .write(|draft| {
            draft.put(note("x", "red"));
            draft.emit("{}".to_owned());
            draft.append("audit", &1);
            Err::<(), _>(StoreError::Lost)
        })
        .await;
    assert_eq!(refused, Err(StoreError::Lost));
    assert!(store.read().get::<Note>("x").is_none());
    assert!(store.outbox().pending(10).await.unwrap().is_empty());
    assert!(store.log("audit", None, 10).await.unwrap().is_empty());
}

async fn a_panic_ends_one_write_and_no_other(store: &Store) {
    let failed = store.write(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
    assert_eq!(failed, Err(StoreError::Failed));
    assert_eq!(count(store, "after").await, Ok(1));
}

async fn writers_at_the_same_time_see_one_another(store: &Store) {
    let mut values: Vec<_> = join_all((0..100).map(|_| count(store, "together"))).await;
    values.sort_unstable_by_key(|value| value.unwrap());
    assert_eq!(values, (1..=100).map(Ok).collect::<Vec<_>>());
    assert_eq!(store.read().get::<Counter>("together").unwrap().value, 100);
}

async fn events_wait_in_their_order_until_they_are_sent(store: &Store) {
    for number in 0..3 {
        store
            .write(move |draft| {
                draft.emit(format!("[{number},0]"));
                draft.emit(format!("[{number},1]"));
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
    }
    let outbox = store.outbox();
    let pending = outbox.pending(4).await.unwrap();
    let events: Vec<_> = pending.iter().map(|pending| &*pending.event).collect();
    assert_eq!(events, ["[0,0]", "[0,1]", "[1,0]", "[1,1]"]);
    outbox.sent(pending[2].position).await.unwrap();
    let events: Vec<_> = outbox.pending(10).await.unwrap().into_iter().map(|pending| pending.event).collect();
    assert_eq!(events, ["[1,1]", "[2,0]", "[2,1]"]);
}

async fn a_log_is_read_page_by_page_from_its_end(store: &Store) {
    for number in 0..5 {
        let append = move |draft: &mut store::Draft| {
            draft.append("audit", &number);
            draft.append("other", &"not this");
            Ok::<_, StoreError>(())
        };
        store.write(append).await.unwrap();
    }
    let page = store.log("audit", None, 3).await.unwrap();
    assert_eq!(page.iter().map(|entry| entry.entry.as_u64().unwrap()).collect::<Vec<_>>(), [4, 3, 2]);
    let page = store.log("audit", Some(page[2].position), 3).await.unwrap();
    assert_eq!(page.iter().map(|entry| entry.entry.as_u64().unwrap()).collect::<Vec<_>>(), [1, 0]);
}

async fn a_lease_has_one_holder(store: &Store) {
    assert_eq!(store.lease("relay", "one", 60).await, Ok(true));
    assert_eq!(store.lease("relay", "two", 60).await, Ok(false));
    assert_eq!(store.lease("relay", "one", 0).await, Ok(true));
    // given up
    assert_eq!(store.lease("relay", "two", 60).await, Ok(true));
    assert_eq!(store.lease("relay", "one", 60).await, Ok(false));
    assert_eq!(store.lease("another", "two", 60).await, Ok(true));
}

async fn a_version_is_checked_and_changed_in_one_step(store: &Store) {
    let seen = put(store, note("page", "red")).await;
    let edits = ["green", "blue"].map(|colour| {
        store.write(move |draft| {
            let version = draft.get::<Note>("page").map(|page| page.version);
            if version != Some(seen) {
                return Err(StoreError::Busy);
            }
            draft.put(note("page", colour));
            Ok(())
        })
    });
    assert_eq!(join_all(edits).await, [Ok(()), Err(StoreError::Busy)]);
    assert_eq!(store.read().get::<Note>("page").unwrap().colour, "green");
}

async fn what_is_closed_has_done_what_it_was_given(store: &Store) {
    for number in 0..300 {
        let write = put(store, note(&number.to_string(), "red"));
        // whoever waits for the answer hangs up
        assert!(futures_util::poll!(std::pin::pin!(write)).is_pending());
    }
    let mut outbox = store.outbox();
    store.close().await;
    assert_eq!(store.read().count::<Note>(), 300);
    assert!(outbox.more().await, "there was something to tell");
    assert!(!outbox.more().await);
    assert_eq!(count(store, "late").await, Err(StoreError::Unreachable));
    assert!(store.ready().is_err());
}

macro_rules! on_every_storage {
    ($($test:ident),* $(,)?) => {
        mod memory {
            use super::*;
            $(#[tokio::test]
            async fn $test() {
                super::$test(&open("memory:").await).await;
            })*
        }

        mod sqlite {
            use super::*;
            $(#[tokio::test]
            async fn $test() {
                let folder = TempDir::new().unwrap();
                let url = format!("sqlite:{}", folder.path().join("new/store.db").display());
                super::$test(&open(&url).await).await;
            })*
        }

        mod redis {
            use super::*;
            $(#[tokio::test]
            async fn $test() {
                let database = testbed::redis::database().await;
                super::$test(&open(&database.url()).await).await;
            })*
        }
    };
}

on_every_storage!(
    what_is_written_is_read,
    an_error_writes_nothing,
    a_panic_ends_one_write_and_no_other,
    writers_at_the_same_time_see_one_another,
    events_wait_in_their_order_until_they_are_sent,
    a_log_is_read_page_by_page_from_its_end,
    a_lease_has_one_holder,
    a_version_is_checked_and_changed_in_one_step,
    what_is_closed_has_done_what_it_was_given,
);
