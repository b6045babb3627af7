//! What others are told of a change, in the step that makes it: an event, a line of the audit log, an edition of the
//! pages.

use events::Event;
use serde::{Deserialize, Serialize};
use store::Draft;
use utoipa::ToSchema;

use crate::model::Edition;
use crate::scribe::Stamp;

const SOURCE: &str = "/polystatus/communications";

/// The log of who did what.
pub const AUDIT: &str = "audit";

/// Who did what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// Who: a user's id, `api-token`, or `communications` for what the service does by itself.
    #[schema(example = "api-token")]
    pub actor: String,
    /// What was done.
    #[schema(example = "announcement.published")]
    pub action: String,
    /// To what.
    #[schema(example = "INC-1JN7W800000000000")]
    pub subject: String,
}

/// The public sees something else from now on.
pub fn publish(draft: &mut Draft, at: i64) {
    let before = draft.get::<Edition>(Edition::KEY).map_or_else(Edition::default, |edition| edition.document.clone());
    draft.put(before.next(at, draft.revision()));
}

/// Note who did this to whom.
pub fn audit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str) {
    let (actor, action, subject) = (stamp.by.clone(), action.to_owned(), subject.to_owned());
    draft.append(AUDIT, &AuditEntry { at: stamp.at, actor, action, subject });
}

/// Tell other services. The id is the stamp's: when the store runs the change again, it is the same event.
pub fn emit(draft: &mut Draft, stamp: &Stamp, action: &str, subject: &str, data: &impl Serialize) {
    let kind = format!("polystatus.{action}");
    draft.emit(Event::recorded(stamp.event.clone(), stamp.at, SOURCE, &kind, subject, data).to_json());
}
