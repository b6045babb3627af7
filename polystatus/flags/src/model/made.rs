//! What is worked out of a document once, however many read it.

use std::sync::{Arc, OnceLock};

/// Something that follows from the rest of a document: made when it is first asked for, and not kept in the storage.
#[derive(Debug)]
pub struct Made<T>(OnceLock<Arc<T>>);

impl<T> Made<T> {
    /// What was made before, or else this.
    pub fn get(&self, make: impl FnOnce() -> T) -> Arc<T> {
        Arc::clone(self.0.get_or_init(|| Arc::new(make())))
    }
}

impl<T> Default for Made<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

/// A copy makes its own: its fields may be others by then.
impl<T> Clone for Made<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Two documents are the same when the rest of them is.
impl<T> PartialEq for Made<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
