//! Faults of our own making, which no storage has a part in.

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use store::{DOCUMENTS_PER_TRANSACTION, Document, PER_TRANSACTION, Schema, Store, StoreError};

use crate::document::{Note, count, note, open};

#[tokio::test]
async fn who_comes_when_too_many_wait_is_sent_away_at_once() {
    let store = open("memory:").await;
    // on one thread the keeper has its turn only when all of them are in the queue
    let answers = join_all((0..5000).map(|_| count(&store, "many"))).await;
    let refused = answers.iter().filter(|answer| **answer == Err(StoreError::Busy)).count();
    assert_eq!(refused, 5000 - 4096);
    assert_eq!(count(&store, "many").await, Ok(4097));
}

#[tokio::test]
async fn a_write_that_leaves_too_much_writes_nothing() {
    let store = open("memory:").await;
    let events = |count: usize| {
        store.write(move |draft| {
            (0..count).for_each(|_| draft.emit("{}".to_owned()));
            Ok::<_, StoreError>(())
        })
    };
    assert_eq!(events(PER_TRANSACTION).await, Ok(()));
    assert_eq!(events(PER_TRANSACTION + 1).await, Err(StoreError::Failed));
    assert_eq!(store.outbox().count().await, Ok(PER_TRANSACTION as u64));
    let documents = store.write(|draft| {
        (0..=DOCUMENTS_PER_TRANSACTION).for_each(|number| drop(draft.put(note(&number.to_string(), "red"))));
        Ok::<_, StoreError>(())
    });
    assert_eq!(documents.await, Err(StoreError::Failed));
    assert_eq!(store.read().count::<Note>(), 0);
}

/// Writes what it cannot read.
#[derive(Serialize, Deserialize)]
struct Forgetful {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

impl Document for Forgetful {
    const COLLECTION: &'static str = "forgetful";

    fn key(&self) -> String {
        "one".to_owned()
    }
}

#[tokio::test]
async fn a_document_that_could_not_be_read_again_is_found_out_by_a_test() {
    let schema = Schema::default().with::<Forgetful>();
    let store = Store::open(&"memory:".parse().unwrap(), "test", schema, &chassis::ids::RandomIds).await.unwrap();
    let put = |tags: Vec<String>| {
        store.write(move |draft| {
            draft.put(Forgetful { tags: tags.clone() });
            Ok::<_, StoreError>(())
        })
    };
    assert_eq!(put(vec!["a".to_owned()]).await, Ok(()));
    assert_eq!(put(vec![]).await, Err(StoreError::Failed));
}
