//! Segments.

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::{Draft, Entry};

use super::current;
use super::rules::{check_flag, check_rule, evaluators, users_of};
use crate::announce::announce;
use crate::etag;
use crate::model::{Change, Flag, Segment};
use crate::stamp::Stamp;

/// Segments at most.
const MOST: usize = 1000;

/// What answers for a key that no segment has.
pub fn no_such_segment() -> ApiError {
    ApiError::not_found("Segment not found")
}

/// Make a segment, or put another in its place; `true`: there was none before.
///
/// # Errors
/// 400 when its rule, or then that of a flag, cannot be run; 409 when there are too many; 412.
pub fn put_segment(
    draft: &mut Draft,
    stamp: &Stamp,
    precondition: &Precondition,
    segment: &Segment,
) -> Result<(Arc<Entry<Segment>>, bool), ApiError> {
    let id = segment.id.as_str();
    let before = draft.get::<Segment>(id);
    match &before {
        Some(before) => precondition.check(&etag::of(before))?,
        None => precondition.check_absent()?,
    }
    if before.is_none() && draft.read().count::<Segment>() >= MOST {
        return Err(ApiError::conflict(format!("There are {MOST} segments, and there may be no more")));
    }
    let rule = segment.rule();
    let mut evaluators = evaluators(draft.read());
    evaluators.insert(id.to_owned(), rule.clone());
    check_rule(&evaluators, &rule, "if")?;
    for user in users_of(draft.read(), id) {
        if let Some(flag) = draft.get::<Flag>(&user) {
            check_flag(&evaluators, &flag.definition)?;
        }
    }
    let action = if before.is_some() { "updated" } else { "created" };
    let entry = draft.put(segment.clone());
    told(draft, stamp, id, action);
    Ok((entry, before.is_none()))
}

/// Take a segment out.
///
/// # Errors
/// 404, 412; 409 while a rule names it.
pub fn delete_segment(draft: &mut Draft, stamp: &Stamp, id: &str, precondition: &Precondition) -> Result<(), ApiError> {
    current::<Segment>(draft, id, precondition, no_such_segment)?;
    let users: Vec<_> = users_of(draft.read(), id).into_iter().take(5).collect();
    if !users.is_empty() {
        let message = format!("Rules name this segment: change {} first", users.join(", "));
        return Err(ApiError::conflict(message));
    }
    draft.delete::<Segment>(id);
    told(draft, stamp, id, "deleted");
    Ok(())
}

fn told(draft: &mut Draft, stamp: &Stamp, id: &str, action: &str) {
    let change = Change {
        revision: draft.revision(),
        flag: None,
        segment: Some(id.to_owned()),
        action: action.to_owned(),
        version: draft.revision(),
        by: stamp.by.clone(),
        at: stamp.at,
        definition: None,
    };
    announce(draft, stamp, change, "");
}
