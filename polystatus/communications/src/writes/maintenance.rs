//! Planned work: announce it, change it, and begin and end it by the clock.

use std::sync::Arc;

use chassis::ApiError;
use chassis::error::Detail;
use chassis::preconditions::Precondition;
use serde_json::json;
use store::{Draft, Entry};
use values::Prose;

use crate::etag;
use crate::mail::Texts;
use crate::model::{
    Content, Lang, Maintenance, MaintenanceChange, MaintenanceStatus, MaintenanceUpdate, NewMaintenance, Notice,
};
use crate::scribe::Stamp;
use crate::tell::{audit, emit, publish};

/// Works that are not over at most: a page shows them all.
const MOST: usize = 500;

/// Updates that one work has at most.
const MOST_UPDATES: usize = 300;

/// What answers for an id that no work has.
pub fn no_such_maintenance() -> ApiError {
    ApiError::not_found("Maintenance not found")
}

/// Announce planned work.
///
/// # Errors
/// 409 when too much is planned.
pub fn plan_maintenance(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    new: &NewMaintenance,
) -> Result<Arc<Entry<Maintenance>>, ApiError> {
    if draft.read().count_of::<Maintenance>("over", "false") >= MOST {
        return Err(ApiError::conflict(format!("{MOST} works are planned already: complete some first")));
    }
    let work = Maintenance {
        id: id.to_owned(),
        title: new.title.clone(),
        services: new.services.clone(),
        status: MaintenanceStatus::Scheduled,
        from: new.from,
        until: new.until,
        created_at: stamp.at,
        updated_at: stamp.at,
        completed_at: None,
        updates: Vec::new(),
    };
    Ok(say(draft, stamp, work, Words::Written(new.message.clone()), "maintenance.scheduled"))
}

/// Change planned work. What is there already changes nothing; what is said, is said.
///
/// # Errors
/// 400, 404, 412; 409 where there is no way to that status, and when it is over.
pub fn change_maintenance(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    change: &MaintenanceChange,
) -> Result<Arc<Entry<Maintenance>>, ApiError> {
    let before = draft.get::<Maintenance>(id).ok_or_else(no_such_maintenance)?;
    precondition.check(&etag::of(&before))?;
    let mut after = before.document.clone();
    if let Some(title) = &change.title {
        after.title = title.clone();
    }
    if let Some(services) = &change.services {
        after.services.clone_from(services);
    }
    after.from = change.from.unwrap_or(after.from);
    after.until = change.until.unwrap_or(after.until);
    if after.until <= after.from {
        return Err(ApiError::invalid(vec![Detail::new("until", "must be later than from")]));
    }
    if let Some(status) = change.status.filter(|status| *status != before.status) {
        if !before.status.successors().contains(&status) {
            let ways: Vec<_> = before.status.successors().iter().map(|way| way.as_str()).collect();
            let ways =
                if ways.is_empty() { "it is over".to_owned() } else { format!("it can become {}", ways.join(" or ")) };
            return Err(ApiError::conflict(format!("Work that is {} cannot become {status}; {ways}", before.status)));
        }
        enter(&mut after, status, stamp.at);
    }
    if after.updates.len() >= MOST_UPDATES {
        return Err(ApiError::conflict(format!("{MOST_UPDATES} things were said of this work: plan another one")));
    }
    if change.message.is_none() && after == before.document {
        return Ok(before);
    }
    let action = if after.status == before.status { "maintenance.updated" } else { action_of(after.status) };
    Ok(match &change.message {
        Some(message) => say(draft, stamp, after, Words::Written(message.clone()), action),
        None if after.status != before.status => say(draft, stamp, after, Words::Automatic, action),
        None => keep(draft, stamp, after, action),
    })
}

/// Begin what is to begin by now, and end what is to end.
///
/// # Errors
/// None of its own.
pub fn keep_time(draft: &mut Draft, stamp: &Stamp, id: &str) -> Result<(), ApiError> {
    let Some(before) = draft.get::<Maintenance>(id) else { return Ok(()) };
    // another replica, or a person, may have been faster
    let Some(status) = before.due_status(stamp.at) else { return Ok(()) };
    let mut after = before.document.clone();
    enter(&mut after, status, stamp.at);
    say(draft, stamp, after, Words::Automatic, action_of(status));
    Ok(())
}

fn enter(work: &mut Maintenance, status: MaintenanceStatus, now: i64) {
    work.status = status;
    work.completed_at = (status == MaintenanceStatus::Completed).then_some(now);
}

const fn action_of(status: MaintenanceStatus) -> &'static str {
    match status {
        MaintenanceStatus::Scheduled => "maintenance.scheduled",
        MaintenanceStatus::InProgress => "maintenance.started",
        MaintenanceStatus::Verifying => "maintenance.verifying",
        MaintenanceStatus::Completed => "maintenance.completed",
    }
}

/// What there is to say: what somebody wrote, or what is said when nobody says anything, as Statuspage does.
enum Words {
    Written(Prose<5000>),
    Automatic,
}

fn say(draft: &mut Draft, stamp: &Stamp, mut work: Maintenance, words: Words, action: &str) -> Arc<Entry<Maintenance>> {
    let (message, automatic) = match words {
        Words::Written(message) => (message, false),
        // pages have one language; mails look at the status, and have their reader's
        Words::Automatic => (Texts(Lang::En).by_itself(work.status).parse().unwrap_or_default(), true),
    };
    let (id, ts, status) = (stamp.update.clone(), stamp.at, work.status);
    work.updates.push(MaintenanceUpdate { id, ts, message, status, automatic });
    draft.put(Notice {
        id: stamp.event.clone(),
        kind: action.to_owned(),
        subject: work.id.clone(),
        at: stamp.at,
        services: work.service_ids(),
        content: Content::Maintenance { maintenance: work.id.clone(), update: stamp.update.clone() },
        reached: None,
        is_fanned_out: false,
    });
    keep(draft, stamp, work, action)
}

fn keep(draft: &mut Draft, stamp: &Stamp, mut work: Maintenance, action: &str) -> Arc<Entry<Maintenance>> {
    work.updated_at = stamp.at;
    let entry = draft.put(work);
    publish(draft, stamp.at);
    audit(draft, stamp, action, &entry.id);
    emit(draft, stamp, action, &entry.id, &json!({"maintenance": entry.document, "by": stamp.by}));
    entry
}
