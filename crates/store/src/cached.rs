//! What is made of a snapshot once, not for each reader.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::Snapshot;

/// Something that is worked out from a snapshot, and kept until there is a newer one: the JSON of a list, a page.
#[derive(Debug)]
pub struct PerRevision<T>(ArcSwapOption<(u64, T)>);

impl<T> Default for PerRevision<T> {
    fn default() -> Self {
        Self(ArcSwapOption::empty())
    }
}

impl<T> PerRevision<T> {
    /// What was made of this snapshot before, or else `make` of it: the second part of what is returned.
    ///
    /// When several ask at once after a change, each may make it; the readers never wait for one another.
    pub fn get(&self, snapshot: &Snapshot, make: impl FnOnce(&Snapshot) -> T) -> Arc<(u64, T)> {
        let revision = snapshot.revision();
        if let Some(kept) = &*self.0.load()
            && kept.0 == revision
        {
            return Arc::clone(kept);
        }
        let fresh = Arc::new((revision, make(snapshot)));
        // a reader that was held up must not put the old one back for long: the next reader of the new one replaces it
        self.0.store(Some(Arc::clone(&fresh)));
        fresh
    }
}
