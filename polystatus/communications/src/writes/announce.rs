//! Tell the public something of an incident.

use chassis::ApiError;
use serde_json::json;
use store::Draft;
use values::Prose;

use crate::model::{
    Affected, Announcement, Component, ComponentStatus, Content, Incident, KnownIncident, Notice, PublicState, Update,
};
use crate::scribe::Stamp;
use crate::tell::{audit, emit, publish};

/// Updates that one incident has at most: they are one document, and every page shows them all.
const MOST_UPDATES: usize = 300;

/// Tell it. `known`: what the incidents service has just said of it, where it was asked.
///
/// # Errors
/// 409 when enough was said of this incident.
pub fn announce(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    (message, state): &(Prose<5000>, PublicState),
    known: Option<&KnownIncident>,
) -> Result<Announcement, ApiError> {
    let before = draft.get::<Incident>(id);
    let mut incident = before.map_or_else(|| Incident::unheard_of(id, stamp.at), |entry| entry.document.clone());
    if let Some(heard) = known.and_then(|known| incident.heard(known)) {
        incident = heard;
    }
    if incident.updates.len() >= MOST_UPDATES {
        let message = format!("The public was told {MOST_UPDATES} things of this incident: open another one");
        return Err(ApiError::conflict(message));
    }
    let affected = affected(draft, &incident, *state);
    let update = Update {
        id: stamp.update.clone(),
        ts: stamp.at,
        message: message.clone(),
        state: *state,
        by: stamp.by.clone(),
        affected,
    };
    let announcement = Announcement::from(&update);
    incident.updates.push(update);
    let notice = Notice {
        id: stamp.event.clone(),
        kind: "incident.updated".to_owned(),
        subject: id.to_owned(),
        at: stamp.at,
        services: incident.service_ids(),
        content: Content::Incident { incident: id.to_owned(), update: stamp.update.clone() },
        reached: None,
        is_fanned_out: false,
    };
    let data = json!({
        "announcement": announcement,
        "incident": {"id": id, "title": incident.title, "sev": incident.sev, "services": incident.services,
            "status": incident.known_status()},
        "by": stamp.by,
    });
    draft.put(incident);
    draft.put(notice);
    publish(draft, stamp.at);
    audit(draft, stamp, "announcement.published", id);
    emit(draft, stamp, "announcement.published", id, &data);
    Ok(announcement)
}

/// What this changes of the components that the incident names, as it was told before and as it is told now.
fn affected(draft: &Draft, incident: &Incident, state: PublicState) -> Vec<Affected> {
    let new = match state {
        PublicState::Investigating | PublicState::Identified => ComponentStatus::of_severity(incident.sev),
        PublicState::Monitoring | PublicState::Resolved => ComponentStatus::Operational,
    };
    let told = incident.last().map(|update| update.affected.as_slice()).unwrap_or_default();
    let components = incident.service_ids().into_iter().filter_map(|id| draft.get::<Component>(id.as_str()));
    components
        .map(|component| {
            let before = told.iter().find(|affected| affected.service == component.id);
            let old = before.map_or(ComponentStatus::Operational, |affected| affected.new);
            Affected { service: component.id.clone(), name: component.name.clone(), old, new }
        })
        .collect()
}
