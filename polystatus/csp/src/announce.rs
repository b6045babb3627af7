//! What others are told: events, committed with the change that they tell of, and the audit log.

use events::Event;
use serde::{Deserialize, Serialize};
use store::Draft;
use utoipa::ToSchema;

use crate::stamp::Stamp;

/// Who says it, in every event of this service.
const SOURCE: &str = "/polystatus/csp";

/// The log of who did what.
pub const AUDIT: &str = "audit";

/// An entry of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// Who: a user's id, `api-token`, or `csp`.
    #[schema(example = "api-token")]
    pub actor: String,
    /// What they did.
    #[schema(example = "provider.created")]
    pub action: String,
    /// To what.
    #[schema(example = "github")]
    pub subject: String,
}

/// Note who did this to whom.
pub fn audit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str) {
    let (actor, action, subject) = (stamp.by.clone(), action.to_owned(), subject.to_owned());
    draft.append(AUDIT, &AuditEntry { at: stamp.at, actor, action, subject });
}

/// Tell others. The id is made of the stamp's: when the store runs the change again, it is the same event.
pub fn emit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str, data: &impl Serialize) {
    let id = format!("{}.{action}.{subject}", stamp.id);
    let event = Event::recorded(id, stamp.at, SOURCE, &format!("polystatus.{action}"), subject, data);
    draft.emit(event.to_json());
}
