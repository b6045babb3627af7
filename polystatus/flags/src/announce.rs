//! What others are told: events, committed with the change that they tell of, and the audit log.

use events::Event;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Draft;
use utoipa::ToSchema;

use crate::model::Change;
use crate::stamp::Stamp;
use crate::writes::remember;

/// Who says it, in every event of this service.
pub const SOURCE: &str = "/polystatus/flags";

/// The log of who did what.
pub const AUDIT: &str = "audit";

/// An entry of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// Who: a user's id, `api-token`, or `schedule` with the id of what was planned.
    #[schema(example = "api-token")]
    pub actor: String,
    /// What they did.
    #[schema(example = "flag.toggled")]
    pub action: String,
    /// To what.
    #[schema(example = "new-checkout")]
    pub subject: String,
    /// More of it, in words.
    #[schema(example = "on")]
    pub note: String,
}

/// Note who did this to whom.
pub fn audit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str, note: &str) {
    let (actor, action, subject) = (stamp.by.clone(), action.to_owned(), subject.to_owned());
    draft.append(AUDIT, &AuditEntry { at: stamp.at, actor, action, subject, note: note.to_owned() });
}

/// Keep a change in the history, note it, and tell others. An event says what became of what, and not the whole
/// definition: that may be larger than an event, and whoever needs it asks for it.
pub fn announce(draft: &mut Draft, stamp: &Stamp, change: Change, note: &str) {
    let what = if change.flag.is_some() { "flag" } else { "segment" };
    let (action, subject) = (format!("{what}.{}", change.action), change.subject().to_owned());
    let on = change.definition.as_ref().map(|definition| definition.on);
    let data = json!({"id": subject, "on": on, "version": change.version, "by": stamp.by, "note": note});
    remember(draft, change);
    audit(draft, stamp, &action, &subject, note);
    let id = format!("{}.{action}.{subject}", stamp.id);
    let event = Event::recorded(id, stamp.at, SOURCE, &format!("polystatus.{action}"), subject, &data);
    draft.emit(event.to_json());
}
