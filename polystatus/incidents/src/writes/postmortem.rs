//! What was learnt.

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use serde_json::json;
use store::{Draft, Entry};

use super::{no_such_incident, tell};
use crate::announce::announce;
use crate::etag;
use crate::model::{Incident, Postmortem, Status};
use crate::stamp::Stamp;

/// Write the postmortem of an incident, or write it anew; `true`: there was none before.
///
/// # Errors
/// 404, 412; 409 while the incident is open.
pub fn write_postmortem(
    draft: &mut Draft,
    stamp: &Stamp,
    precondition: &Precondition,
    postmortem: &Postmortem,
) -> Result<(Arc<Entry<Postmortem>>, bool), ApiError> {
    let incident = draft.get::<Incident>(&postmortem.incident_id).ok_or_else(no_such_incident)?;
    if incident.status == Status::Open {
        let message =
            "A postmortem is written when it hurts no more: the incident is open; it can become mitigated or resolved";
        return Err(ApiError::conflict(message));
    }
    let before = draft.get::<Postmortem>(&incident.id);
    let mut after = postmortem.clone();
    match &before {
        Some(before) => {
            precondition.check(&etag::of(before))?;
            after.author.clone_from(&before.author);
            after.created_at = before.created_at;
        }
        None => precondition.check_absent()?,
    }
    let is_new = before.is_none();
    let entry = draft.put(after);
    tell(draft, stamp, &incident, if is_new { "Postmortem written" } else { "Postmortem changed" }, &[]);
    let data = json!({"incident": incident.document, "by": stamp.by, "postmortem": entry.document});
    announce(draft, stamp, "incident.postmortem-published", &incident.id, &data);
    Ok((entry, is_new))
}
