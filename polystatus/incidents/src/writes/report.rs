//! Reports, and what follows from them.

use serde_json::json;
use store::{Document, Draft, Snapshot};

use super::catalogue::no_such_service;
use crate::announce::emit;
use crate::documents::Opened;
use crate::model::{AlertGroup, CatalogueService, ServiceId};
use crate::reports::history::DAYS_KEPT;
use crate::reports::quarter::Day;
use crate::reports::{History, Quarter, ReportDay, ReportState, State, Symptom, WatchDay, expectation};
use crate::stamp::Stamp;
use chassis::ApiError;

/// How long a client's `Idempotency-Key` is remembered, in seconds: longer than anybody goes on trying.
const KEYS_KEPT: i64 = 86_400;

/// How long a group of alerts is remembered of which nothing fires.
const GROUPS_KEPT: i64 = 30 * 86_400;

/// Documents that one round of pruning takes out at most, so that it holds nobody up.
const PRUNED_AT_ONCE: usize = 200;

/// Count a report; the state that the service is in then.
///
/// # Errors
/// 404 when the service is gone.
pub fn add_report(
    draft: &mut Draft,
    stamp: &Stamp,
    service: &ServiceId,
    symptom: Symptom,
) -> Result<ReportState, ApiError> {
    draft.get::<CatalogueService>(service.as_str()).ok_or_else(no_such_service)?;
    let quarter = Quarter::at(stamp.at);
    let kept = draft.get::<ReportDay>(&ReportDay::key_of(service, quarter.day()));
    let mut day = kept.map_or_else(|| ReportDay::new(service.clone(), quarter.day()), |kept| kept.document.clone());
    day.add(quarter, symptom);
    draft.put(day);
    reconsider(draft, stamp, service)
}

/// Work out the state of a service anew, and tell when it is another.
///
/// # Errors
/// 404 when the service is gone.
pub fn reconsider(draft: &mut Draft, stamp: &Stamp, service: &ServiceId) -> Result<ReportState, ApiError> {
    let known = draft.get::<CatalogueService>(service.as_str()).ok_or_else(no_such_service)?;
    let (before, state) = next_state(draft.read(), &known, stamp.at);
    if state == before.state {
        return Ok(before);
    }
    let history = History::of(draft.read(), service, known.created_at, stamp.at);
    let count = |quarter| history.count(quarter);
    let expected = expectation(history.now(), count);
    let data = json!({
        "service": known.document,
        "state": state,
        "previous": before.state,
        "since": stamp.at,
        "reports": count(history.now()),
        "baseline": expected.baseline,
    });
    let after = ReportState { service: service.clone(), state, since: stamp.at };
    draft.put(after.clone());
    emit(draft, stamp, "report.state-changed", service.as_str(), &data);
    Ok(after)
}

/// The state of a service as it is kept, and as it should be now.
pub fn next_state(snapshot: &Snapshot, service: &CatalogueService, now: i64) -> (ReportState, State) {
    let before = ReportState::kept(snapshot, service);
    let history = History::of(snapshot, &service.id, service.created_at, now);
    let count = |quarter| history.count(quarter);
    let state = before.state.next(history.now(), count, |quarter| expectation(quarter, count));
    (before, state)
}

/// We are there in this minute.
///
/// # Errors
/// None of its own.
pub fn note_presence(draft: &mut Draft, at: i64) -> Result<(), ApiError> {
    let day = Quarter::at(at).day();
    let kept = draft.get::<WatchDay>(&day.to_string());
    let mut watch = kept.map_or_else(|| WatchDay::new(day), |kept| kept.document.clone());
    // another replica may have noted it
    if watch.note(at) {
        draft.put(watch);
    }
    Ok(())
}

/// Forget what nobody looks at any more; whether there may be more of that.
///
/// # Errors
/// None of its own.
pub fn prune(draft: &mut Draft, at: i64) -> Result<bool, ApiError> {
    let oldest = Day(Quarter::at(at).day().0 - DAYS_KEPT).to_string();
    let mut full = false;
    let days = draft.read().iter::<ReportDay>().filter(|day| day.date < oldest);
    let days: Vec<_> = days.take(PRUNED_AT_ONCE).map(|day| day.key()).collect();
    full |= days.len() == PRUNED_AT_ONCE;
    for key in days {
        draft.delete::<ReportDay>(&key);
    }
    let days = draft.read().before::<WatchDay>(&oldest);
    let days: Vec<_> = days.take(PRUNED_AT_ONCE).map(|day| day.key()).collect();
    full |= days.len() == PRUNED_AT_ONCE;
    for key in days {
        draft.delete::<WatchDay>(&key);
    }
    let keys = draft.read().iter::<Opened>().filter(|opened| opened.at < at - KEYS_KEPT);
    let keys: Vec<_> = keys.take(PRUNED_AT_ONCE).map(|opened| opened.key()).collect();
    full |= keys.len() == PRUNED_AT_ONCE;
    for key in keys {
        draft.delete::<Opened>(&key);
    }
    let quiet =
        draft.read().iter::<AlertGroup>().filter(|group| group.firing.is_empty() && group.at < at - GROUPS_KEPT);
    let keys: Vec<_> = quiet.take(PRUNED_AT_ONCE).map(|group| group.key()).collect();
    full |= keys.len() == PRUNED_AT_ONCE;
    for key in keys {
        draft.delete::<AlertGroup>(&key);
    }
    Ok(full)
}
