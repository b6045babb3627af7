//! What is kept.

use std::ops::Deref;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of document. What is kept of it is its JSON.
///
/// A field that is added later needs `#[serde(default)]`: documents that were written before are still there.
pub trait Document: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of its collection: part of a key in Redis, so it never changes.
    const COLLECTION: &'static str;

    /// Under which it is found; unique in its collection.
    fn key(&self) -> String;

    /// What it is found by beside its key: names of indexes, each with a value. Several values of one index are
    /// several pairs.
    fn indexes(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// A document, and since when it is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// The revision of the store at which it was written: unique in the store and growing.
    pub version: u64,
    /// The document.
    pub document: T,
}

impl<T> Deref for Entry<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.document
    }
}
