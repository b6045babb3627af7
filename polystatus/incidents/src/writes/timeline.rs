//! What people say of an incident.

use std::sync::Arc;

use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::preconditions::Precondition;
use serde_json::json;
use store::{Draft, Entry};

use super::{current, no_such_incident};
use crate::announce::{audit, emit};
use crate::model::{EntryType, Incident, Prose, TimelineEntry};
use crate::stamp::Stamp;

/// What a person says.
pub type Said = (EntryType, Prose<10_000>);

fn no_such_entry() -> ApiError {
    ApiError::not_found("There is no such entry in the timeline of this incident")
}

/// Say something.
///
/// # Errors
/// 404.
pub fn add_entry(
    draft: &mut Draft,
    stamp: &Stamp,
    incident: &str,
    (kind, message): &Said,
) -> Result<Arc<Entry<TimelineEntry>>, ApiError> {
    draft.get::<Incident>(incident).ok_or_else(no_such_incident)?;
    let entry = draft.put(TimelineEntry {
        id: stamp.entry.clone(),
        incident_id: incident.to_owned(),
        kind: *kind,
        message: message.clone(),
        author: stamp.by.clone(),
        at: stamp.at,
        edited_at: None,
        changes: Vec::new(),
    });
    told(draft, stamp, "added", &entry);
    Ok(entry)
}

/// Say it better. Who wrote it may do that, and managers.
///
/// # Errors
/// 403, 404, 412; 409 for what the service wrote.
pub fn mend_entry(
    draft: &mut Draft,
    stamp: &Stamp,
    caller: &Caller,
    (incident, id): (&str, &str),
    precondition: &Precondition,
    (kind, message): &Said,
) -> Result<Arc<Entry<TimelineEntry>>, ApiError> {
    let before = theirs(draft, caller, incident, id, precondition)?;
    let after =
        TimelineEntry { kind: *kind, message: message.clone(), edited_at: Some(stamp.at), ..before.document.clone() };
    let entry = draft.put(after);
    told(draft, stamp, "mended", &entry);
    Ok(entry)
}

/// Take it back. Who wrote it may do that, and managers; the audit log keeps that it was there.
///
/// # Errors
/// As [`mend_entry`].
pub fn delete_entry(
    draft: &mut Draft,
    stamp: &Stamp,
    caller: &Caller,
    (incident, id): (&str, &str),
    precondition: &Precondition,
) -> Result<(), ApiError> {
    let before = theirs(draft, caller, incident, id, precondition)?;
    draft.delete::<TimelineEntry>(&store::Document::key(&before.document));
    told(draft, stamp, "deleted", &before);
    Ok(())
}

fn theirs(
    draft: &Draft,
    caller: &Caller,
    incident: &str,
    id: &str,
    precondition: &Precondition,
) -> Result<Arc<Entry<TimelineEntry>>, ApiError> {
    let key = format!("{}{id}", TimelineEntry::key_prefix(incident));
    let entry = current::<TimelineEntry>(draft, &key, precondition, no_such_entry)?;
    if entry.kind == EntryType::System {
        return Err(ApiError::conflict("What the service wrote stays as it is: add an entry that says more"));
    }
    if entry.author != caller.subject {
        caller.require(Role::Manager)?;
    }
    Ok(entry)
}

fn told(draft: &mut Draft, stamp: &Stamp, what: &str, entry: &TimelineEntry) {
    audit(draft, stamp, &format!("timeline.{what}"), &entry.incident_id, &[]);
    let incident = draft.get::<Incident>(&entry.incident_id);
    let data = json!({"incident": incident.as_ref().map(|incident| &incident.document), "by": stamp.by, "entry": entry, "entry_was": what});
    emit(draft, stamp, "incident.updated", &entry.incident_id, &data);
}
