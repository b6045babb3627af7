//! Segments.

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::{Draft, Entry};

use super::rules::{check_flags_with, check_rule, evaluators, users_of};
use super::{current, history};
use crate::announce::announce;
use crate::etag;
use crate::model::Segment;
use crate::stamp::Stamp;

/// Segments at most.
pub const MOST_SEGMENTS: usize = 1000;

/// What answers for a key that no segment has.
pub fn no_such_segment() -> ApiError {
    ApiError::not_found("Segment not found")
}

/// Make a segment, or put another in its place; `true`: there was none before. What is there already changes nothing.
///
/// # Errors
/// 400 when its rule cannot be run, or then that of a flag that could be run before; 409 when there are too many; 412.
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
    if let Some(before) = &before
        && before.says_the_same_as(segment)
    {
        return Ok((Arc::clone(before), false));
    }
    if before.is_none() && draft.read().count::<Segment>() >= MOST_SEGMENTS {
        return Err(ApiError::conflict(format!("There are {MOST_SEGMENTS} segments, and there may be no more")));
    }
    let now = evaluators(draft.read());
    let mut then = now.clone();
    then.insert(id.to_owned(), segment.rule());
    check_rule(&then, &segment.rule(), "if")?;
    check_flags_with(draft.read(), id, &now, &then)?;
    let action = if before.is_some() { "updated" } else { "created" };
    let entry = draft.put(segment.clone());
    announce(draft, stamp, history::of_segment(draft, stamp, id, action), "");
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
    announce(draft, stamp, history::of_segment(draft, stamp, id, "deleted"), "");
    Ok(())
}
