//! What flags and segments were.

use store::{Document, Draft};

use crate::model::{Change, Definition};
use crate::stamp::Stamp;

/// Changes that are kept of a flag, or of a segment.
const OF_ONE: usize = 200;

/// Changes that are kept of all of them together: they lie in memory, and each holds a whole flag. Five thousand flags
/// have four each.
const OF_ALL: usize = 20_000;

/// A change of a flag.
pub fn of_flag(
    draft: &Draft,
    stamp: &Stamp,
    id: &str,
    version: u64,
    action: &str,
    definition: Option<Definition>,
) -> Change {
    Change {
        revision: draft.revision(),
        import: None,
        flag: Some(id.to_owned()),
        segment: None,
        action: action.to_owned(),
        version,
        by: stamp.by.clone(),
        at: stamp.at,
        definition,
    }
}

/// A change of a segment.
pub fn of_segment(draft: &Draft, stamp: &Stamp, id: &str, action: &str) -> Change {
    Change {
        revision: draft.revision(),
        import: None,
        flag: None,
        segment: Some(id.to_owned()),
        action: action.to_owned(),
        version: draft.revision(),
        by: stamp.by.clone(),
        at: stamp.at,
        definition: None,
    }
}

/// Keep the changes of one import.
pub fn remember_all(draft: &mut Draft, mut changes: Vec<Change>) {
    changes.sort_by_cached_key(Change::place);
    let revision = draft.revision();
    let last = changes.len().saturating_sub(1);
    for (number, change) in changes.into_iter().enumerate() {
        let heard = if number == last { revision } else { revision - 1 };
        remember(draft, Change { revision: heard, import: Some(revision), ..change });
    }
}

/// Keep a change, and forget the oldest, if there are too many by now.
pub fn remember(draft: &mut Draft, change: Change) {
    let change = draft.put(change);
    let (index, subject) = change.history();
    let old = draft.read().find::<Change>(index, subject).rev().skip(OF_ONE);
    let old: Vec<String> = old.map(|change| change.key()).collect();
    forget(draft, old);
    let too_many = draft.read().count::<Change>().saturating_sub(OF_ALL);
    let oldest = draft.read().iter::<Change>().take(too_many).map(|change| change.key()).collect();
    forget(draft, oldest);
}

fn forget(draft: &mut Draft, keys: Vec<String>) {
    for key in keys {
        draft.delete::<Change>(&key);
    }
}
