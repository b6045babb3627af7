//! Which collections a store has.

use std::sync::Arc;

use crate::Document;
use crate::snapshot::shelf::{AnyShelf, Shelf};

/// The collections of a store. What the storage holds beside them, as of a newer version, is left alone.
#[derive(Default)]
pub struct Schema {
    pub(crate) shelves: Vec<Arc<dyn AnyShelf>>,
}

impl Schema {
    /// This collection too.
    ///
    /// # Panics
    /// When there is one of that name.
    #[must_use]
    pub fn with<T: Document>(mut self) -> Self {
        let taken = self.shelves.iter().any(|shelf| shelf.collection() == T::COLLECTION);
        assert!(!taken, "two kinds of documents are called {}", T::COLLECTION);
        self.shelves.push(Arc::new(Shelf::<T>::default()));
        self
    }
}
