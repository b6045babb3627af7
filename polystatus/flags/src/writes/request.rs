//! Changes to which another person must agree.

use std::sync::Arc;

use chassis::ApiError;
use store::{Draft, Entry};

use super::schedule::check_time;
use super::{apply, plan};
use crate::announce::audit;
use crate::model::{ChangeRequest, Decision, Flag, Proposal, RequestState};
use crate::stamp::Stamp;

/// Requests that are open at most.
const MOST_OPEN: usize = 1000;

/// What comes of it: the request as it is now.
type Decided = Result<Arc<Entry<ChangeRequest>>, ApiError>;

/// What answers for an id that no request has.
pub fn no_such_request() -> ApiError {
    ApiError::not_found("Change request not found")
}

/// Ask for a change.
///
/// # Errors
/// 400 when its time has passed, 409 when too many are open.
pub fn propose(draft: &mut Draft, stamp: &Stamp, change: &Proposal, at: Option<i64>, reason: &str) -> Decided {
    if let Some(at) = at {
        check_time(stamp, at)?;
    }
    if draft.read().count_of::<ChangeRequest>("state", RequestState::Open.as_str()) >= MOST_OPEN {
        return Err(ApiError::conflict(format!("{MOST_OPEN} requests are open, and no more may be")));
    }
    let base_version = version_of(draft, change);
    let entry = draft.put(ChangeRequest {
        id: format!("REQ-{}", stamp.id.to_uppercase()),
        change: change.clone(),
        at,
        reason: reason.to_owned(),
        base_version,
        state: RequestState::Open,
        author: stamp.by.clone(),
        created_at: stamp.at,
        decision: None,
        schedule: None,
    });
    audit(draft, stamp, "request.opened", &entry.id, reason);
    Ok(entry)
}

/// Agree, and make the change, or plan it.
///
/// # Errors
/// 404; 403 when it is one's own; 409 when it was decided, or when the flag is another by now; what the change itself is
/// refused for.
pub fn approve(draft: &mut Draft, stamp: &Stamp, id: &str, comment: &str) -> Decided {
    let before = open(draft, id)?;
    if before.author == stamp.by {
        return Err(ApiError::forbidden("Another person than its author must agree to a change"));
    }
    if version_of(draft, &before.change) != before.base_version {
        let message = "The flag was changed since this was asked for: look at it again, and make a new request";
        return Err(ApiError::conflict(message));
    }
    let schedule = match before.at {
        None => {
            apply(draft, stamp, &before.change)?;
            None
        }
        Some(at) => Some(plan(draft, stamp, at, &before.change)?.id.clone()),
    };
    let after = ChangeRequest { schedule, ..before.document.clone() };
    Ok(decide(draft, stamp, after, RequestState::Approved, comment))
}

/// Refuse a request, or take one's own back.
///
/// # Errors
/// 404; 409 when it was decided.
pub fn reject(draft: &mut Draft, stamp: &Stamp, id: &str, comment: &str) -> Decided {
    let before = open(draft, id)?;
    Ok(decide(draft, stamp, before.document.clone(), RequestState::Rejected, comment))
}

fn open(draft: &Draft, id: &str) -> Decided {
    let request = draft.get::<ChangeRequest>(id).ok_or_else(no_such_request)?;
    if request.state == RequestState::Open {
        return Ok(request);
    }
    Err(ApiError::conflict(format!("Somebody has decided already: it is {}", request.state.as_str())))
}

fn decide(
    draft: &mut Draft,
    stamp: &Stamp,
    request: ChangeRequest,
    state: RequestState,
    comment: &str,
) -> Arc<Entry<ChangeRequest>> {
    let decision = Decision { by: stamp.by.clone(), at: stamp.at, comment: comment.to_owned() };
    audit(draft, stamp, &format!("request.{}", state.as_str()), &request.id, comment);
    draft.put(ChangeRequest { state, decision: Some(decision), ..request })
}

fn version_of(draft: &Draft, change: &Proposal) -> Option<u64> {
    let flag = change.flag().and_then(|id| draft.get::<Flag>(id));
    flag.map(|flag| flag.document.version)
}
