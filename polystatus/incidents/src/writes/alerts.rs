//! A group of alerts fires, or has ended.

use std::collections::BTreeMap;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::Draft;

use super::{set_status, tell};
use crate::announce::{announce_incident, emit_incident};
use crate::model::{Alert, AlertGroup, Alerts, Incident, Line, Status, told};
use crate::settings::AfterAlerts;
use crate::stamp::Stamp;

/// Alerts of one group that are remembered: what fires beyond them is told each time.
const MOST_REMEMBERED: usize = 1000;

/// What came of a message: the incident of its group, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its id.
    pub incident: Option<String>,
    /// Whether it was opened by this message.
    pub opened: bool,
}

/// Take what Alertmanager says of a group. The same message again has no effect: what fires is remembered by its
/// fingerprint and the time since when.
///
/// # Errors
/// None that is expected.
pub fn take_alerts(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    alerts: &Alerts,
    source: &Line<100>,
    after: AfterAlerts,
) -> Result<Taken, ApiError> {
    let known = draft.get::<AlertGroup>(&alerts.group).map(|group| group.document.clone());
    let incident = known.as_ref().and_then(|group| draft.get::<Incident>(&group.incident));
    let mut firing = known.as_ref().map(|group| group.firing.clone()).unwrap_or_default();

    let (fires, ended): (Vec<&Alert>, Vec<&Alert>) = alerts.alerts.iter().partition(|alert| alert.fires);
    let fires: Vec<&Alert> =
        fires.into_iter().filter(|alert| firing.get(&alert.fingerprint) != Some(&alert.since)).collect();
    let ended: Vec<&Alert> = ended.into_iter().filter(|alert| firing.remove(&alert.fingerprint).is_some()).collect();
    for alert in &fires {
        if firing.len() < MOST_REMEMBERED {
            firing.insert(alert.fingerprint.clone(), alert.since);
        }
    }
    let present = incident.as_ref().map(|incident| incident.id.clone());
    if fires.is_empty() && ended.is_empty() {
        return Ok(Taken { incident: present, opened: false });
    }
    let message = told(&fires, &ended);
    let goes_on = incident.filter(|incident| incident.is_unresolved());
    let taken = match goes_on {
        Some(incident) => {
            go_on(draft, stamp, &incident.document, &message, &fires, &firing, after)?;
            Taken { incident: present, opened: false }
        }
        None if fires.is_empty() => Taken { incident: present, opened: false },
        None => {
            let new = alerts.incident(source.clone()).ok_or_else(|| ApiError::bad_request("No alert of it fires"))?;
            let opened = Incident::open(id.to_owned(), new, stamp.by.clone(), stamp.at);
            let entry = draft.put(Incident { started_at: began(&fires, stamp.at), ..opened });
            tell(draft, stamp, &entry, &format!("Opened by alerts\n{message}"), &[]);
            announce_incident(draft, stamp, "incident.opened", &entry, &[]);
            Taken { incident: Some(id.to_owned()), opened: true }
        }
    };
    if let Some(incident) = taken.incident.clone() {
        draft.put(AlertGroup { key: alerts.group.clone(), incident, firing, at: stamp.at });
    }
    Ok(taken)
}

/// The incident of the group has news. Where somebody has it in hand, or it is over but for a person's word, its status is
/// theirs to change.
fn go_on(
    draft: &mut Draft,
    stamp: &Stamp,
    incident: &Incident,
    message: &str,
    fires: &[&Alert],
    firing: &BTreeMap<String, i64>,
    after: AfterAlerts,
) -> Result<(), ApiError> {
    let untouched = incident.commander.is_none();
    let status = match (incident.status, after.status()) {
        (Status::Mitigated, _) if !fires.is_empty() && untouched => Some(Status::Open),
        (Status::Open, Some(status)) if firing.is_empty() && untouched => Some(status),
        _ => None,
    };
    if let Some(status) = status {
        set_status(draft, stamp, &incident.id, &Precondition::NONE, status, Some(message))?;
    } else {
        tell(draft, stamp, incident, message, &[]);
        emit_incident(draft, stamp, "incident.updated", incident, &[]);
    }
    Ok(())
}

/// It began when its first alert did, unless another clock says that this is yet to come, or was before there were any.
fn began(fires: &[&Alert], now: i64) -> i64 {
    fires.iter().map(|alert| alert.since).min().filter(|first| (0..now).contains(first)).unwrap_or(now)
}
