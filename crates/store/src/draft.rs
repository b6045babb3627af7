//! What a closure works on.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::to_raw_value;

use crate::transaction::Transaction;
use crate::{Document, Entry, Snapshot};

/// The documents as a closure sees them: as they are, with what closures before it and it itself have changed.
///
/// What is read here is true when the closure is committed: nobody else can have written meanwhile.
pub struct Draft {
    snapshot: Snapshot,
    transaction: Transaction,
}

impl Draft {
    /// Work on this snapshot, towards its next revision.
    pub(crate) fn on(mut snapshot: Snapshot) -> Self {
        snapshot.revision += 1;
        Self { snapshot, transaction: Transaction::default() }
    }

    pub(crate) fn end(self) -> (Snapshot, Transaction) {
        (self.snapshot, self.transaction)
    }

    pub(crate) fn is_too_large(&self) -> bool {
        self.transaction.is_too_large()
    }

    /// All documents as they are now in this draft.
    pub fn read(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The revision that this closure makes, if it changes anything: the version of each document that it puts.
    pub fn revision(&self) -> u64 {
        self.snapshot.revision
    }

    /// The document with this key.
    pub fn get<T: Document>(&self, key: &str) -> Option<Arc<Entry<T>>> {
        self.snapshot.get(key).cloned()
    }

    /// Put a document in the place of the one with its key, if there is one.
    pub fn put<T: Document>(&mut self, document: T) -> Arc<Entry<T>> {
        let key = document.key();
        let json = to_raw_value(&document).expect("a document is plain data");
        // such as a field that is not written when it is empty, and has no default: better found by the first test that
        // writes it than by the start after the update
        #[cfg(debug_assertions)]
        if let Err(error) = serde_json::from_str::<T>(json.get()) {
            panic!("{}/{key} cannot be read back from the JSON that is written of it: {error}", T::COLLECTION);
        }
        let entry = Arc::new(Entry { version: self.snapshot.revision, document });
        self.snapshot.shelf_mut::<T>().put(&key, &entry);
        self.transaction.documents.insert((T::COLLECTION, key), Some(json));
        entry
    }

    /// Take a document out; `false` when there is none with this key.
    pub fn delete<T: Document>(&mut self, key: &str) -> bool {
        let was = self.snapshot.shelf_mut::<T>().remove(key);
        if was {
            self.transaction.documents.insert((T::COLLECTION, key.to_owned()), None);
        }
        was
    }

    /// Put an event into the outbox: JSON text, such as a `CloudEvent`. It is sent on if and only if the closure is
    /// committed.
    pub fn emit(&mut self, event: String) {
        self.transaction.events.push(event);
    }

    /// Append to a log.
    pub fn append(&mut self, log: &'static str, entry: &impl Serialize) {
        let json = serde_json::to_string(entry).expect("an entry of a log is plain data");
        self.transaction.entries.push((log, json));
    }
}
