//! Making a change that was proposed.

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::Draft;

use super::waiting::Waits as _;
use super::{cancel, delete, delete_segment, put, put_segment, restore, roll_back, toggle};
use crate::model::{Flag, Proposal, Schedule, Segment, Target};
use crate::stamp::Stamp;

/// Make it.
///
/// # Errors
/// As the change itself; nothing was changed then.
pub fn apply(draft: &mut Draft, stamp: &Stamp, proposal: &Proposal) -> Result<(), ApiError> {
    let anything = &Precondition::NONE;
    match proposal {
        Proposal::Put { flag } => put(draft, stamp, anything, flag).map(drop),
        Proposal::Toggle { id, on } => toggle(draft, stamp, id, anything, *on).map(drop),
        Proposal::Delete { id } => delete(draft, stamp, id, anything),
        Proposal::RollBack { id, version } => roll_back(draft, stamp, id, anything, *version).map(drop),
        Proposal::PutSegment { segment } => {
            put_segment(draft, stamp, anything, &segment.stamped(&stamp.by, stamp.at)).map(drop)
        }
        Proposal::DeleteSegment { id } => delete_segment(draft, stamp, id, anything),
        Proposal::Restore { id } => restore(draft, stamp, id).map(drop),
        Proposal::CancelSchedule { id } => cancel(draft, stamp, id).map(drop),
    }
}

/// The version, as in its `ETag`, of what a change would change; none when there is none. Of a planned change, its number
/// for as long as it waits: it is written again when an earlier one was made, and is the same plan all the same.
pub fn version_of(draft: &Draft, target: Target<'_>) -> Option<u64> {
    match target {
        Target::Flag(id) => draft.get::<Flag>(id).map(|entry| entry.version),
        Target::Segment(id) => draft.get::<Segment>(id).map(|entry| entry.version),
        Target::Schedule(id) => draft.get::<Schedule>(id).filter(|entry| entry.is_waiting()).map(|entry| entry.number),
    }
}
