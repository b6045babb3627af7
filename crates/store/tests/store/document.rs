//! A document to write.

use chassis::ids::RandomIds;
use serde::{Deserialize, Serialize};
use store::{Document, OpenError, Schema, Store, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: String,
    pub colour: String,
    pub text: String,
}

impl Document for Note {
    const COLLECTION: &'static str = "notes";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("colour", self.colour.clone())]
    }
}

/// A number that is counted up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    pub name: String,
    pub value: u64,
}

impl Document for Counter {
    const COLLECTION: &'static str = "counters";

    fn key(&self) -> String {
        self.name.clone()
    }
}

pub fn note(id: &str, colour: &str) -> Note {
    Note { id: id.to_owned(), colour: colour.to_owned(), text: String::new() }
}

pub async fn try_open(url: &str, namespace: &str) -> Result<Store, OpenError> {
    let schema = Schema::default().with::<Note>().with::<Counter>();
    Store::open(&url.parse().unwrap(), namespace, schema, &RandomIds).await
}

pub async fn open(url: &str) -> Store {
    try_open(url, "test").await.unwrap()
}

/// Why it cannot be opened.
pub async fn refusal(url: &str) -> String {
    try_open(url, "test").await.err().unwrap().to_string()
}

pub async fn put(store: &Store, note: Note) -> u64 {
    store.write(move |draft| Ok::<_, StoreError>(draft.put(note.clone()).version)).await.unwrap()
}

/// Count up; the value after that.
pub async fn count(store: &Store, name: &'static str) -> Result<u64, StoreError> {
    store
        .write(move |draft| {
            let value = draft.get::<Counter>(name).map_or(0, |counter| counter.value) + 1;
            draft.put(Counter { name: name.to_owned(), value });
            Ok(value)
        })
        .await
}
