//! What others are told: events, committed with the change that they tell of, and the audit log.

use events::Event;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Draft;
use utoipa::ToSchema;

use crate::model::{Change, Incident};
use crate::stamp::Stamp;

/// Who says it, in every event of this service.
const SOURCE: &str = "/polystatus/incidents";

/// The log of who did what.
pub const AUDIT: &str = "audit";

/// An entry of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// Who: a user's id, `api-token`, or `inventory`.
    #[schema(example = "api-token")]
    pub actor: String,
    /// What they did.
    #[schema(example = "incident.status-changed")]
    pub action: String,
    /// To what.
    #[schema(example = "INC-1JN7W800000000000")]
    pub subject: String,
    /// What changed of it.
    pub changes: Vec<Change>,
}

/// Note who did this to whom, and tell others.
pub fn announce(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str, data: &impl Serialize) {
    audit(draft, stamp, action, subject, &[]);
    emit(draft, stamp, action, subject, data);
}

/// As [`announce`], of an incident.
pub fn announce_incident(draft: &mut Draft, stamp: &Stamp, action: &str, incident: &Incident, changes: &[Change]) {
    audit(draft, stamp, action, &incident.id, changes);
    emit_incident(draft, stamp, action, incident, changes);
}

/// Tell others what became of an incident.
pub fn emit_incident(draft: &mut Draft, stamp: &Stamp, action: &str, incident: &Incident, changes: &[Change]) {
    emit(draft, stamp, action, &incident.id, &json!({"incident": incident, "by": stamp.by, "changes": changes}));
}

/// Note who did this to whom.
pub fn audit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str, changes: &[Change]) {
    let (actor, action, subject) = (stamp.by.clone(), action.to_owned(), subject.to_owned());
    draft.append(AUDIT, &AuditEntry { at: stamp.at, actor, action, subject, changes: changes.to_vec() });
}

/// Tell others. The id is made of the stamp's: when the store runs the change again, it is the same event.
pub fn emit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str, data: &impl Serialize) {
    let id = format!("{}.{action}.{subject}", stamp.entry);
    let event = Event::recorded(id, stamp.at, SOURCE, &format!("polystatus.{action}"), subject, data);
    draft.emit(event.to_json());
}
