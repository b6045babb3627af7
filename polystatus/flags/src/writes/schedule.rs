//! Changes that are made at their time.

use std::sync::Arc;

use chassis::ApiError;
use chassis::error::Detail;
use store::{Draft, Entry, Snapshot};

use super::proposal::{apply, version_of};
use super::waiting::{Waits, check_room, settle};
use crate::announce::audit;
use crate::model::{Agreed, Proposal, Schedule, ScheduleState};
use crate::stamp::Stamp;

impl Waits for Schedule {
    const WAITING: &'static str = ScheduleState::Pending.as_str();
    const CALLED: &'static str = "planned changes";

    fn is_waiting(&self) -> bool {
        self.state == ScheduleState::Pending
    }
}

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
    planned(draft, stamp, at, change, None)
}

/// Plan a change to which somebody has agreed: it is made if what they have seen is there by then.
///
/// # Errors
/// As [`plan`].
pub fn agree_to_plan(
    draft: &mut Draft,
    stamp: &Stamp,
    at: i64,
    change: &Proposal,
    agreed: Agreed,
) -> Result<Arc<Entry<Schedule>>, ApiError> {
    planned(draft, stamp, at, change, Some(agreed))
}

fn planned(
    draft: &mut Draft,
    stamp: &Stamp,
    at: i64,
    change: &Proposal,
    agreed: Option<Agreed>,
) -> Result<Arc<Entry<Schedule>>, ApiError> {
    check_time(stamp, at)?;
    check_room::<Schedule>(draft)?;
    let version = version_of(draft, change.target());
    let planned = Schedule {
        id: format!("SCH-{}", stamp.id.to_uppercase()),
        at,
        change: change.clone(),
        state: ScheduleState::Pending,
        failure: None,
        by: stamp.by.clone(),
        created_at: stamp.at,
        number: draft.revision(),
        agreed,
        base_version: None,
    };
    // what was agreed to keeps the version that was seen then
    let planned = if planned.agreed.is_none() { planned.rebased(version) } else { planned };
    let entry = draft.put(planned);
    audit(draft, stamp, "schedule.created", &entry.id, entry.change.target().id());
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
    audit(draft, stamp, "schedule.cancelled", id, "");
    Ok(settle(draft, Schedule { state: ScheduleState::Cancelled, ..before.document.clone() }))
}

/// The ids of the changes whose time has come: in the order of their times, also after a long stop, and those of one second
/// in the order in which they were planned.
pub fn due(snapshot: &Snapshot, now: i64) -> Vec<String> {
    let waiting = snapshot.find::<Schedule>("state", ScheduleState::Pending.as_str());
    let mut due: Vec<_> = waiting.filter(|schedule| schedule.at <= now).collect();
    due.sort_by_key(|schedule| (schedule.at, schedule.number));
    due.into_iter().map(|schedule| schedule.id.clone()).collect()
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
    let base = version_of(draft, before.change.target());
    let failure = match before.outdated(base) {
        Some(reason) => Some(reason.to_owned()),
        None => apply(draft, stamp, &before.change).err().map(|error| reason_of(&error)),
    };
    if failure.is_none() {
        go_on_from(draft, &before, base);
    }
    let state = if failure.is_none() { ScheduleState::Applied } else { ScheduleState::Failed };
    audit(draft, stamp, &format!("schedule.{}", state.as_str()), id, failure.as_deref().unwrap_or_default());
    settle(draft, Schedule { state, failure, ..before.document.clone() });
    Ok(())
}

fn reason_of(error: &ApiError) -> String {
    match error.details() {
        [] => error.to_string(),
        details => {
            details.iter().map(|detail| format!("{} {}", detail.field, detail.message)).collect::<Vec<_>>().join("; ")
        }
    }
}

/// What was planned before is part of what is agreed to: a flag that is switched on at nine may be switched off at five.
/// So a change that was agreed to when this one was planned already goes on from what this one has made, and so does a
/// kill switch that is to be put back.
fn go_on_from(draft: &mut Draft, made: &Schedule, base: Option<u64>) {
    let target = made.change.target();
    let now = version_of(draft, target);
    let waiting = draft.read().find::<Schedule>("state", ScheduleState::Pending.as_str());
    let later = waiting.filter(|later| later.number > made.number && later.change.target() == target);
    let later: Vec<_> = later.cloned().collect();
    for schedule in later {
        if schedule.is_bound() && schedule.outdated(base).is_none() {
            draft.put(schedule.rebased(now));
        }
    }
}
