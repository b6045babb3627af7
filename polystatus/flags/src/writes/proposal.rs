//! Making a change that was proposed.

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::Draft;

use super::{delete, delete_segment, put, put_segment, roll_back, toggle};
use crate::model::Proposal;
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
        Proposal::PutSegment { segment } => put_segment(draft, stamp, anything, segment).map(drop),
        Proposal::DeleteSegment { id } => delete_segment(draft, stamp, id, anything),
    }
}
