//! What can be changed, as functions on a draft of the store. They know no network and no clock: whatever they need of
//! the outside is in their arguments, and the store may run them again.

mod flag;
mod history;
mod import;
mod proposal;
mod request;
mod rules;
mod schedule;
mod segment;
mod waiting;

pub use flag::{delete, kill, no_such_flag, put, restore, roll_back, toggle};
pub use history::remember;
pub use import::{Broken, Imported, ImportedSegments, import};
pub use proposal::apply;
pub use request::{approve, no_such_request, propose, reject};
pub use rules::evaluators;
pub use schedule::{apply_due, cancel, due, no_such_schedule, plan};
pub use segment::{delete_segment, no_such_segment, put_segment};

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::{Document, Draft, Entry};

use crate::etag;

/// Flags at most: each bulk answer has all of them.
pub const MOST_FLAGS: usize = 5000;

/// The document as it is, if it is what the client has seen.
fn current<T: Document>(
    draft: &Draft,
    key: &str,
    precondition: &Precondition,
    missing: fn() -> ApiError,
) -> Result<Arc<Entry<T>>, ApiError> {
    let entry = draft.get::<T>(key).ok_or_else(missing)?;
    precondition.check(&etag::of(&entry))?;
    Ok(entry)
}

#[cfg(test)]
mod tests;
