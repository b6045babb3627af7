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
    /// By the index's name and its value. The entries themselves, not keys alone: a page of what an index finds then
    /// costs no search for each of them.
    indexes: OrdMap<&'static str, OrdMap<Arc<str>, Found<T>>>,
}

/// The documents that have one value in an index. Often that is one, as with an address: a map of its own would cost
/// several hundred bytes for it, since a map's node has room for sixteen.
pub(crate) enum Found<T> {
    One(Arc<str>, Arc<Entry<T>>),
    Many(Entries<T>),
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        match self {
            Self::One(key, entry) => Self::One(Arc::clone(key), Arc::clone(entry)),
            Self::Many(entries) => Self::Many(entries.clone()),
        }
    }
}

impl<T> Found<T> {
    pub fn len(&self) -> usize {
        match self {
            Self::One(..) => 1,
            Self::Many(entries) => entries.len(),
        }
    }

    /// In the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry<T>>> {
        let (one, many) = match self {
            Self::One(_, entry) => (Some(entry), None),
            Self::Many(entries) => (None, Some(entries)),
        };
        one.into_iter().chain(many.into_iter().flat_map(|entries| entries.values()))
    }

    fn put(&mut self, key: &Arc<str>, entry: &Arc<Entry<T>>) {
        match self {
            Self::One(known, only) if known == key => only.clone_from(entry),
            Self::One(other, first) => {
                let both = [(Arc::clone(other), Arc::clone(first)), (Arc::clone(key), Arc::clone(entry))];
                *self = Self::Many(both.into_iter().collect());
            }
            Self::Many(entries) => drop(entries.insert(Arc::clone(key), Arc::clone(entry))),
        }
    }

    /// Take this key out; whether nothing is left.
    fn remove(&mut self, key: &str) -> bool {
        match self {
            Self::One(known, _) => &**known == key,
            Self::Many(entries) => {
                entries.remove(key);
                entries.is_empty()
            }
        }
    }
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
    pub fn found(&self, index: &str, value: &str) -> Option<&Found<T>> {
        self.indexes.get(index)?.get(value)
    }

    /// Put a document in the place of the one with its key, if there is one.
    pub fn put(&mut self, key: &str, entry: &Arc<Entry<T>>) {
        let key: Arc<str> = key.into();
        let old = self.documents.insert(Arc::clone(&key), Arc::clone(entry));
        self.unlist(&key, old.as_deref());
        for (index, value) in entry.document.indexes() {
            let values = self.indexes.entry(index).or_default();
            match values.get_mut(&*value) {
                Some(found) => found.put(&key, entry),
                None => drop(values.insert(value.into(), Found::One(Arc::clone(&key), Arc::clone(entry)))),
            }
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
            if values.get_mut(&*value).is_some_and(|found| found.remove(key)) {
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
            Some(json) => self.put(key, &Arc::new(Entry { version, document: serde_json::from_str(json)? })),
            None => drop(self.remove(key)),
        }
        Ok(())
    }
}
