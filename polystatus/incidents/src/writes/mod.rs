//! What can be changed, as functions on a draft of the store. They know no network and no clock: whatever they need of
//! the outside is in their arguments, and the store may run them again.

mod alerts;
mod catalogue;
mod following;
mod incident;
mod postmortem;
mod report;
mod server;
mod timeline;

pub use alerts::{Taken, take_alerts};
pub use catalogue::{add_service, delete_service, no_such_service, replace_service};
pub use following::{follow, unfollow};
pub use incident::{Idempotency, assign, edit, open, opened_before, set_status, settle_servers};
pub use postmortem::write_postmortem;
pub use report::{add_report, next_state, note_presence, prune, reconsider};
pub use server::{INVENTORY, ServerChanged, server_down, server_up};
pub use timeline::{add_entry, delete_entry, mend_entry};

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::{Document, Draft, Entry};

use crate::etag;
use crate::model::{Change, EntryType, Incident, TimelineEntry};
use crate::stamp::Stamp;

/// What answers for an id that no incident has.
pub fn no_such_incident() -> ApiError {
    ApiError::not_found("Incident not found")
}

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

/// What the service saw, for the timeline.
fn tell(draft: &mut Draft, stamp: &Stamp, incident: &Incident, message: &str, changes: &[Change]) {
    let entry = TimelineEntry {
        id: stamp.entry.clone(),
        incident_id: incident.id.clone(),
        kind: EntryType::System,
        message: message.parse().unwrap_or_default(),
        author: stamp.by.clone(),
        at: stamp.at,
        edited_at: None,
        changes: changes.to_vec(),
    };
    draft.put(entry);
}
