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
        self.at(snapshot.revision(), || make(snapshot))
    }

    /// As [`get`](Self::get), where only some documents matter: `version` is that of the last change to them. What is
    /// made outlives all other writes.
    pub fn at(&self, version: u64, make: impl FnOnce() -> T) -> Arc<(u64, T)> {
        if let Some(kept) = &*self.0.load()
            && kept.0 == version
        {
            return Arc::clone(kept);
        }
        let fresh = Arc::new((version, make()));
        // a reader that was held up must not put the old one back for long: the next reader of the new one replaces it
        self.0.store(Some(Arc::clone(&fresh)));
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_of_a_version_is_kept_until_there_is_another() {
        let (kept, mut made) = (PerRevision::default(), 0);
        let mut ask = |version| {
            kept.at(version, || {
                made += 1;
                made
            })
            .1
        };
        assert_eq!([ask(1), ask(1), ask(2), ask(2), ask(1)], [1, 1, 2, 2, 3]);
    }
}
