//! Changes to which another person must agree.

use std::sync::Arc;

use chassis::ApiError;
use store::{Draft, Entry};

use super::proposal::{apply, version_of};
use super::schedule::{agree_to_plan, check_time};
use super::waiting::{Waits, check_room, settle};
use crate::agreement::check_another;
use crate::announce::audit;
use crate::model::{Agreed, ChangeRequest, Decision, Proposal, RequestState};
use crate::stamp::Stamp;

/// What comes of it: the request as it is now.
type Decided = Result<Arc<Entry<ChangeRequest>>, ApiError>;

/// What answers for an id that no request has.
pub fn no_such_request() -> ApiError {
    ApiError::not_found("Change request not found")
}

impl Waits for ChangeRequest {
    const WAITING: &'static str = RequestState::Open.as_str();
    const CALLED: &'static str = "change requests";

    fn is_waiting(&self) -> bool {
        self.state == RequestState::Open
    }
}

/// Ask for a change.
///
/// # Errors
/// 400 when its time has passed, 409 when too many are open.
pub fn propose(draft: &mut Draft, stamp: &Stamp, change: &Proposal, at: Option<i64>, reason: &str) -> Decided {
    if let Some(at) = at {
        check_time(stamp, at)?;
    }
    check_room::<ChangeRequest>(draft)?;
    let base_version = version_of(draft, change.target());
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
/// 404; 403 when it is one's own; 409 when it was decided, when its time has passed, or when what it would change is
/// another by now; what the change itself is refused for.
pub fn approve(draft: &mut Draft, stamp: &Stamp, id: &str, comment: &str) -> Decided {
    let before = open(draft, id)?;
    check_another(&before.author, &stamp.by)?;
    if before.at.is_some_and(|at| at <= stamp.at) {
        let message = "The time for which this was asked has passed: ask anew, for a later one";
        return Err(ApiError::conflict(message));
    }
    let base_version = before.base_version;
    if version_of(draft, before.change.target()) != base_version {
        let message = "What this would change was changed since it was asked for: look at it again, and ask anew";
        return Err(ApiError::conflict(message));
    }
    let schedule = match before.at {
        None => {
            apply(draft, stamp, &before.change)?;
            None
        }
        Some(at) => {
            let agreed = Agreed { request: id.to_owned(), base_version };
            Some(agree_to_plan(draft, stamp, at, &before.change, agreed)?.id.clone())
        }
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
    settle(draft, ChangeRequest { state, decision: Some(decision), ..request })
}
