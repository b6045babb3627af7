//! All documents at one revision.

pub(crate) mod shelf;

use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use crate::transaction::Recorded;
use crate::{Document, Entry, Schema};
use shelf::{AnyShelf, Found, Shelf};

/// A document in the storage that is not what its type expects.
#[derive(Debug, thiserror::Error)]
#[error("the document {key:?} in {collection:?} cannot be read: {why}")]
pub(crate) struct Unreadable {
    collection: String,
    key: String,
    why: serde_json::Error,
}

/// All documents at one revision: reads cost no I/O and never wait.
///
/// It is made of persistent maps: a clone costs nothing, and the clone and the original share all that neither changes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) revision: u64,
    /// In the order of the schema.
    shelves: Vec<Arc<dyn AnyShelf>>,
}

impl Snapshot {
    pub(crate) fn empty(schema: &Schema) -> Self {
        Self { revision: 0, shelves: schema.shelves.clone() }
    }

    /// How many writes the store has seen.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many documents there are in all collections together.
    pub fn len(&self) -> usize {
        self.shelves.iter().map(|shelf| shelf.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The document with this key.
    pub fn get<T: Document>(&self, key: &str) -> Option<&Arc<Entry<T>>> {
        self.shelf::<T>().documents.get(key)
    }

    /// Every document, in the order of the keys.
    pub fn iter<T: Document>(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry<T>>> {
        self.shelf::<T>().documents.values()
    }

    /// The documents behind this key, in the order of the keys.
    pub fn after<T: Document>(&self, key: &str) -> impl DoubleEndedIterator<Item = &Arc<Entry<T>>> {
        let range = (Excluded(Arc::from(key)), Unbounded);
        self.shelf::<T>().documents.range(range).map(|(_, entry)| entry)
    }

    /// The documents before this key, in the order of the keys; `.rev()` goes backwards from it.
    pub fn before<T: Document>(&self, key: &str) -> impl DoubleEndedIterator<Item = &Arc<Entry<T>>> {
        let range = (Unbounded, Excluded(Arc::from(key)));
        self.shelf::<T>().documents.range::<_, Arc<str>>(range).map(|(_, entry)| entry)
    }

    /// The documents that have this value in that index, in the order of the keys.
    pub fn find<T: Document>(&self, index: &str, value: &str) -> impl DoubleEndedIterator<Item = &Arc<Entry<T>>> {
        self.shelf::<T>().found(index, value).into_iter().flat_map(Found::iter)
    }

    /// How many documents there are in the collection.
    pub fn count<T: Document>(&self) -> usize {
        self.shelf::<T>().documents.len()
    }

    /// How many documents have this value in that index.
    pub fn count_of<T: Document>(&self, index: &str, value: &str) -> usize {
        self.shelf::<T>().found(index, value).map_or(0, Found::len)
    }

    /// Put a document, or take it out, as the storage has it. What is of no collection that we know is left alone.
    pub(crate) fn take_over(
        &mut self,
        collection: &str,
        key: &str,
        version: u64,
        json: Option<&str>,
    ) -> Result<(), Unreadable> {
        let Some(found) = self.shelves.iter_mut().find(|shelf| shelf.collection() == collection) else { return Ok(()) };
        let unreadable = |why| Unreadable { collection: collection.to_owned(), key: key.to_owned(), why };
        shelf::own(found).take_over(key, version, json).map_err(unreadable)
    }

    /// Bring it to the next revision, as another replica committed it.
    pub(crate) fn follow(&mut self, recorded: &Recorded) -> Result<(), Unreadable> {
        for change in &recorded.changes {
            let json = change.document.as_ref().map(|document| document.get());
            self.take_over(&change.collection, &change.key, recorded.revision, json)?;
        }
        self.revision = recorded.revision;
        Ok(())
    }

    fn shelf<T: Document>(&self) -> &Shelf<T> {
        let found = self.shelves.iter().find_map(|shelf| shelf.as_any().downcast_ref());
        found.unwrap_or_else(|| panic!("the schema does not have {}", T::COLLECTION))
    }

    pub(crate) fn shelf_mut<T: Document>(&mut self) -> &mut Shelf<T> {
        let place = self.shelves.iter().position(|shelf| shelf.as_any().is::<Shelf<T>>());
        let place = place.unwrap_or_else(|| panic!("the schema does not have {}", T::COLLECTION));
        shelf::own(&mut self.shelves[place]).as_any_mut().downcast_mut().expect("it was found by its type")
    }
}
