//! Open an incident, and change it.

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::{Draft, Entry, Snapshot};

use super::{current, no_such_incident, tell};
use crate::announce::{announce_incident, emit_incident};
use crate::documents::Opened;
use crate::model::{Change, Incident, IncidentPatch, Line, NewIncident, Status};
use crate::stamp::Stamp;

/// What comes of a change: the incident as it is now.
type Changed = Result<Arc<Entry<Incident>>, ApiError>;

/// The `Idempotency-Key` of a request: asked twice under the same key, one incident is opened.
#[derive(Debug, Clone)]
pub struct Idempotency(pub Option<String>);

/// What this request has opened before, if it was made before.
///
/// # Errors
/// 409 when another request was made under its key.
pub fn opened_before(
    snapshot: &Snapshot,
    by: &str,
    key: &Idempotency,
    request: &NewIncident,
) -> Result<Option<Arc<Entry<Incident>>>, ApiError> {
    let opened = key.0.as_ref().and_then(|key| snapshot.get::<Opened>(&Opened::key_of(by, key)));
    let Some(opened) = opened else { return Ok(None) };
    if opened.request != *request {
        return Err(ApiError::conflict("Another incident was opened under this Idempotency-Key: take a new key"));
    }
    Ok(snapshot.get::<Incident>(&opened.incident).cloned())
}

/// Open an incident.
///
/// # Errors
/// 409 when another request was made under its key.
pub fn open(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    new: &NewIncident,
    servers_unverified: bool,
    key: &Idempotency,
) -> Changed {
    if let Some(before) = opened_before(draft.read(), &stamp.by, key, new)? {
        return Ok(before);
    }
    let incident = Incident::open(id.to_owned(), new.clone(), stamp.by.clone(), stamp.at);
    let entry = draft.put(Incident { servers_unverified, ..incident });
    if let Some(key) = &key.0 {
        let (by, request) = (stamp.by.clone(), new.clone());
        draft.put(Opened { by, key: key.clone(), request, incident: id.to_owned(), at: stamp.at });
    }
    tell(draft, stamp, &entry, "Opened", &[]);
    announce_incident(draft, stamp, "incident.opened", &entry, &[]);
    Ok(entry)
}

/// Change some fields. What is there already changes nothing.
///
/// # Errors
/// 400 when a field is wrong, 404, 412.
pub fn edit(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    patch: &IncidentPatch,
    servers_unverified: Option<bool>,
) -> Changed {
    let before = current::<Incident>(draft, id, precondition, no_such_incident)?;
    let mut after = patch.apply_to(&before)?;
    if after.servers != before.servers {
        after.servers_unverified = servers_unverified.unwrap_or(before.servers_unverified);
    }
    let changes = differences(&before, &after);
    if changes.is_empty() {
        return Ok(before);
    }
    after.updated_at = stamp.at;
    let fields: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
    let message = format!("Changed: {}", fields.join(", "));
    Ok(commit(draft, stamp, after, "incident.updated", &message, &changes))
}

/// Put somebody in command, or nobody.
///
/// # Errors
/// 404, 412.
pub fn assign(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    commander: Option<&str>,
) -> Changed {
    let before = current::<Incident>(draft, id, precondition, no_such_incident)?;
    if before.commander.as_deref() == commander {
        return Ok(before);
    }
    let after = Incident { commander: commander.map(str::to_owned), updated_at: stamp.at, ..before.document.clone() };
    let message = match commander {
        Some(user) => format!("{user} is in command"),
        None => "Nobody is in command".to_owned(),
    };
    let changes = [change("commander", before.commander.clone(), after.commander.clone())];
    Ok(commit(draft, stamp, after, "incident.assigned", &message, &changes))
}

/// Bring it to another status.
///
/// # Errors
/// 404, 412, and 409 when there is no way to that status; the sentence names those that there are.
pub fn set_status(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    status: Status,
    why: Option<&str>,
) -> Changed {
    let before = current::<Incident>(draft, id, precondition, no_such_incident)?;
    let after = before.in_status(status, stamp.at).map_err(|error| ApiError::conflict(error.to_string()))?;
    let mut message = format!("From {} to {}", before.status, after.status);
    if let Some(why) = why {
        message = format!("{message}: {why}");
    }
    let changes = [change("status", Some(before.status.to_string()), Some(after.status.to_string()))];
    let entry = commit(draft, stamp, after, "incident.status-changed", &message, &changes);
    if entry.status == Status::Resolved {
        emit_incident(draft, stamp, "incident.resolved", &entry, &changes);
    }
    Ok(entry)
}

/// The inventory was asked for servers that were not verified: it does not have `unknown` ones, and they are taken out.
///
/// # Errors
/// 404 when the incident is gone, 412 when it has changed meanwhile.
pub fn settle_servers(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    unknown: &[i64],
    servers_unverified: bool,
) -> Changed {
    let before = current::<Incident>(draft, id, precondition, no_such_incident)?;
    let mut after = Incident { servers_unverified, updated_at: stamp.at, ..before.document.clone() };
    after.servers.retain(|server| !unknown.contains(server));
    let changes = differences(&before, &after);
    let message = if unknown.is_empty() {
        "The inventory has these servers".to_owned()
    } else {
        format!("The inventory does not have {}: taken out", list(unknown))
    };
    Ok(commit(draft, stamp, after, "incident.updated", &message, &changes))
}

fn commit(
    draft: &mut Draft,
    stamp: &Stamp,
    after: Incident,
    action: &str,
    message: &str,
    changes: &[Change],
) -> Arc<Entry<Incident>> {
    let entry = draft.put(after);
    tell(draft, stamp, &entry, message, changes);
    announce_incident(draft, stamp, action, &entry, changes);
    entry
}

fn change(field: &str, from: Option<String>, to: Option<String>) -> Change {
    Change { field: field.to_owned(), from, to }
}

/// What people can edit of an incident, before and after.
fn differences(before: &Incident, after: &Incident) -> Vec<Change> {
    let names = |incident: &Incident| incident.services.iter().map(Line::as_str).collect::<Vec<_>>().join(", ");
    let texts = |incident: &Incident| {
        [
            ("title", incident.title.to_string()),
            ("sev", incident.sev.to_string()),
            ("services", names(incident)),
            ("summary", incident.summary.to_string()),
            ("servers", list(&incident.servers)),
        ]
    };
    let both = texts(before).into_iter().zip(texts(after));
    let changed = both.filter(|((_, from), (_, to))| from != to);
    changed.map(|((field, from), (_, to))| change(field, Some(from), Some(to))).collect()
}

fn list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}
