//! A server of the inventory went down, or is up again.

use chassis::ApiError;
use events::{Event, inbox};
use serde::Deserialize;
use store::{Document, Draft};

use super::{set_status, tell};
use crate::announce::{announce_incident, emit_incident};
use crate::model::{Incident, NewIncident, Prose, Severity, Status};
use crate::stamp::Stamp;
use chassis::preconditions::Precondition;

/// Who opens incidents from events, and where they are noticed.
pub const INVENTORY: &str = "inventory";

/// What the inventory says of a server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServerChanged {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub hostname: String,
    /// `up`, `down`, `maintenance`, or `deleted`.
    pub status: String,
}

/// A server went down: open an incident, or tell it in those that go on and name the server.
///
/// # Errors
/// When the server has no name that could be a title.
pub fn server_down(
    draft: &mut Draft,
    stamp: &Stamp,
    incident: &str,
    event: &Event,
    server: &ServerChanged,
) -> Result<(), ApiError> {
    if !inbox::first_time(draft, event) {
        return Ok(());
    }
    let message = format!("{} is down", server.hostname);
    let affected = unresolved(draft, server.id);
    if !affected.is_empty() {
        for incident in affected {
            told(draft, stamp, &incident, &message);
        }
        return Ok(());
    }
    let unfit = |error: String| ApiError::bad_request(error);
    let new = NewIncident {
        title: title(&server.hostname).parse().map_err(unfit)?,
        sev: Severity::OF_A_SERVER,
        services: Vec::new(),
        summary: Prose::default(),
        source: INVENTORY.parse().map_err(unfit)?,
        servers: vec![server.id],
    };
    let opened = Incident::open(incident.to_owned(), new, stamp.by.clone(), stamp.at);
    let entry = draft.put(Incident { started_at: event.time(), ..opened });
    tell(draft, stamp, &entry, "Opened, since the inventory says that the server is down", &[]);
    announce_incident(draft, stamp, "incident.opened", &entry, &[]);
    Ok(())
}

/// A server is down no more: resolve what was opened for it, unless somebody has taken that into their hands; there, and in
/// the other incidents that name it, it is told.
///
/// # Errors
/// None that is expected: what is resolved here goes on.
pub fn server_up(draft: &mut Draft, stamp: &Stamp, event: &Event, server: &ServerChanged) -> Result<(), ApiError> {
    if !inbox::first_time(draft, event) {
        return Ok(());
    }
    let message = match server.status.as_str() {
        "deleted" => format!("{} is in the inventory no more", server.hostname),
        "up" => format!("{} is up again", server.hostname),
        status => format!("{} is down no more: {status}", server.hostname),
    };
    for incident in unresolved(draft, server.id) {
        let ours = incident.created_by == INVENTORY && incident.servers == [server.id];
        let untouched = incident.status == Status::Open && incident.commander.is_none();
        if ours && untouched {
            let key = incident.key();
            set_status(draft, stamp, &key, &Precondition::NONE, Status::Resolved, Some(&message))?;
        } else {
            told(draft, stamp, &incident, &message);
        }
    }
    Ok(())
}

/// A name in the DNS may be longer than a title is.
fn title(hostname: &str) -> String {
    let name: String = hostname.chars().take(180).collect();
    let cut = if name.len() < hostname.len() { "…" } else { "" };
    format!("{name}{cut} is down")
}

/// Tell it in the timeline of an incident, and tell others that the incident has news.
fn told(draft: &mut Draft, stamp: &Stamp, incident: &Incident, message: &str) {
    tell(draft, stamp, incident, message, &[]);
    emit_incident(draft, stamp, "incident.updated", incident, &[]);
}

fn unresolved(draft: &Draft, server: i64) -> Vec<Incident> {
    let server = server.to_string();
    let found = draft.read().find::<Incident>("unresolved-of-server", &server);
    found.map(|incident| incident.document.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Line;

    #[test]
    fn the_longest_name_that_a_server_can_have_makes_a_title() {
        let fits = |hostname: &str| title(hostname).parse::<Line<200>>().unwrap().to_string();
        assert_eq!(fits("db-prod-01"), "db-prod-01 is down");
        assert!(fits(&"a".repeat(253)).ends_with("a… is down"));
    }
}
