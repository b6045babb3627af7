//! What waits for its time, or for somebody's agreement, and is settled then. All of it lies in memory, so there is only
//! so much of it.

use std::sync::Arc;

use chassis::ApiError;
use store::{Document, Draft, Entry};

/// That wait at most, of each kind.
const MOST_WAITING: usize = 1000;

/// That are settled and kept, of each kind. What became of older ones is in the audit log.
const MOST_SETTLED: usize = 1000;

/// Something that waits, and is settled then. It has an index `state`.
pub trait Waits: Document {
    /// The `state` of those that wait.
    const WAITING: &'static str;
    /// What they are, in the plural.
    const CALLED: &'static str;

    /// Whether it waits.
    fn is_waiting(&self) -> bool;
}

/// Go on only if one more may wait.
///
/// # Errors
/// 409.
pub fn check_room<T: Waits>(draft: &Draft) -> Result<(), ApiError> {
    if draft.read().count_of::<T>("state", T::WAITING) < MOST_WAITING {
        return Ok(());
    }
    Err(ApiError::conflict(format!("{MOST_WAITING} {} wait, and no more may: settle some of them first", T::CALLED)))
}

/// Keep what does not wait any more, and forget those that were settled long ago.
pub fn settle<T: Waits>(draft: &mut Draft, settled: T) -> Arc<Entry<T>> {
    let entry = draft.put(settled);
    let snapshot = draft.read();
    let kept = snapshot.count::<T>() - snapshot.count_of::<T>("state", T::WAITING);
    // a settled one is not written again: its version says when it was settled
    let mut old: Vec<_> = if kept > MOST_SETTLED {
        let settled = snapshot.iter::<T>().filter(|one| !one.is_waiting());
        settled.map(|one| (one.version, one.key())).collect()
    } else {
        Vec::new()
    };
    old.sort_unstable();
    for (_, key) in old.into_iter().take(kept.saturating_sub(MOST_SETTLED)) {
        draft.delete::<T>(&key);
    }
    entry
}
