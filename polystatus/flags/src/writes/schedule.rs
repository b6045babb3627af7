//! Changes that are made at their time.

use std::sync::Arc;

use chassis::ApiError;
use chassis::error::Detail;
use store::{Draft, Entry};

use super::apply;
use crate::announce::audit;
use crate::model::{Proposal, Schedule, ScheduleState};
use crate::stamp::Stamp;

/// Changes that wait at most.
const MOST_PENDING: usize = 1000;

/// What answers for an id that nothing planned has.
pub fn no_such_schedule() -> ApiError {
    ApiError::not_found("Schedule not found")
}

/// The last second of the year 9999: later times have no date that others could read.
const LAST: i64 = 253_402_300_799;

/// Go on only if this time is still to come.
///
/// # Errors
/// 400.
pub fn check_time(stamp: &Stamp, at: i64) -> Result<(), ApiError> {
    if (stamp.at + 1..=LAST).contains(&at) {
        return Ok(());
    }
    Err(ApiError::invalid(vec![Detail::new("at", "must be in the future, and before the year 10000, in Unix seconds")]))
}

/// Plan a change.
///
/// # Errors
/// 400 when its time has passed, 409 when too many wait.
pub fn plan(draft: &mut Draft, stamp: &Stamp, at: i64, change: &Proposal) -> Result<Arc<Entry<Schedule>>, ApiError> {
    check_time(stamp, at)?;
    if draft.read().count_of::<Schedule>("state", ScheduleState::Pending.as_str()) >= MOST_PENDING {
        return Err(ApiError::conflict(format!("{MOST_PENDING} changes wait for their time, and no more may")));
    }
    let entry = draft.put(Schedule {
        id: format!("SCH-{}", stamp.id.to_uppercase()),
        at,
        change: change.clone(),
        state: ScheduleState::Pending,
        failure: None,
        by: stamp.by.clone(),
        created_at: stamp.at,
    });
    audit(draft, stamp, "schedule.created", &entry.id, entry.change.flag().unwrap_or_default());
    Ok(entry)
}

/// Take a planned change back.
///
/// # Errors
/// 404; 409 when it does not wait any more.
pub fn cancel(draft: &mut Draft, stamp: &Stamp, id: &str) -> Result<Arc<Entry<Schedule>>, ApiError> {
    let before = draft.get::<Schedule>(id).ok_or_else(no_such_schedule)?;
    if before.state != ScheduleState::Pending {
        let message = format!("It does not wait any more: it is {}", before.state.as_str());
        return Err(ApiError::conflict(message));
    }
    let entry = draft.put(Schedule { state: ScheduleState::Cancelled, ..before.document.clone() });
    audit(draft, stamp, "schedule.cancelled", id, "");
    Ok(entry)
}

/// Make a planned change, if its time has come. Every replica tries; the first makes it, and the others find it made.
///
/// # Errors
/// None of its own: a change that cannot be made has failed, and says why.
pub fn apply_due(draft: &mut Draft, stamp: &Stamp, id: &str) -> Result<(), ApiError> {
    let Some(before) = draft.get::<Schedule>(id) else { return Ok(()) };
    if before.state != ScheduleState::Pending || before.at > stamp.at {
        return Ok(());
    }
    let failure = apply(draft, stamp, &before.change).err().map(|error| match error.details() {
        [] => error.to_string(),
        details => {
            details.iter().map(|detail| format!("{} {}", detail.field, detail.message)).collect::<Vec<_>>().join("; ")
        }
    });
    let state = if failure.is_none() { ScheduleState::Applied } else { ScheduleState::Failed };
    audit(draft, stamp, &format!("schedule.{}", state.as_str()), id, failure.as_deref().unwrap_or_default());
    draft.put(Schedule { state, failure, ..before.document.clone() });
    Ok(())
}
