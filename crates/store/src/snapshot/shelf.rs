//! The documents of one collection, with their indexes.

use std::any::Any;
use std::sync::Arc;

use imbl::OrdMap;

use crate::{Document, Entry};

type Entries<T> = OrdMap<Arc<str>, Arc<Entry<T>>>;

/// The documents of one collection.
pub(crate) struct Shelf<T> {
    /// By key.
    pub documents: Entries<T>,
    /// By the index's name, its value, and the key. The entries themselves, not keys alone: a page of what an index finds
    /// then costs no search for each of them.
    indexes: OrdMap<&'static str, OrdMap<Arc<str>, Entries<T>>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { documents: OrdMap::new(), indexes: OrdMap::new() }
    }
}

impl<T> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        Self { documents: self.documents.clone(), indexes: self.indexes.clone() }
    }
}

impl<T: Document> Shelf<T> {
    /// What an index finds.
    pub fn found(&self, index: &str, value: &str) -> Option<&Entries<T>> {
        self.indexes.get(index)?.get(value)
    }

    /// Put a document in the place of the one with its key, if there is one.
    pub fn put(&mut self, key: &str, entry: Arc<Entry<T>>) {
        let key: Arc<str> = key.into();
        let old = self.documents.insert(Arc::clone(&key), Arc::clone(&entry));
        self.unlist(&key, old.as_deref());
        for (index, value) in entry.document.indexes() {
            let found = self.indexes.entry(index).or_default().entry(value.into()).or_default();
            found.insert(Arc::clone(&key), Arc::clone(&entry));
        }
    }

    /// Take a document out; whether it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        let old = self.documents.remove(key);
        self.unlist(key, old.as_deref());
        old.is_some()
    }

    fn unlist(&mut self, key: &str, old: Option<&Entry<T>>) {
        for (index, value) in old.map(|old| old.document.indexes()).unwrap_or_default() {
            let Some(values) = self.indexes.get_mut(index) else { continue };
            let empty = values.get_mut(&*value).is_some_and(|found| {
                found.remove(key);
                found.is_empty()
            });
            if empty {
                values.remove(&*value);
            }
        }
    }
}

/// A shelf of whichever kind of documents.
pub(crate) trait AnyShelf: Send + Sync {
    fn collection(&self) -> &'static str;
    fn len(&self) -> usize;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn duplicate(&self) -> Arc<dyn AnyShelf>;
    /// Put a document, or take it out, as the storage has it.
    fn take_over(&mut self, key: &str, version: u64, json: Option<&str>) -> Result<(), serde_json::Error>;
}

/// The shelf for writing: a clone of it where others hold it too.
pub(crate) fn own(shelf: &mut Arc<dyn AnyShelf>) -> &mut dyn AnyShelf {
    if Arc::get_mut(shelf).is_none() {
        *shelf = shelf.duplicate();
    }
    Arc::get_mut(shelf).expect("nobody else has it now")
}

impl<T: Document> AnyShelf for Shelf<T> {
    fn collection(&self) -> &'static str {
        T::COLLECTION
    }

    fn len(&self) -> usize {
        self.documents.len()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn duplicate(&self) -> Arc<dyn AnyShelf> {
        Arc::new(self.clone())
    }

    fn take_over(&mut self, key: &str, version: u64, json: Option<&str>) -> Result<(), serde_json::Error> {
        match json {
            Some(json) => self.put(key, Arc::new(Entry { version, document: serde_json::from_str(json)? })),
            None => drop(self.remove(key)),
        }
        Ok(())
    }
}
