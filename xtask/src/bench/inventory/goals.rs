//! What the inventory is to reach.

use super::super::figures::{megabytes, time};
use super::super::goals::{Goal, IDLE, LOADED, START, at_least, at_most, no_failure};
use super::{list, page, writes};

/// The list, as a share of what bare actix serves.
pub const LIST: f64 = 0.9;
/// The list, as a multiple of the course's reference under gunicorn.
const REFERENCE: f64 = 35.0;
/// A page out of 10,000 servers, as a share of a fixed body of its size.
pub const PAGE: f64 = 0.5;
/// The same page out of 10,000 servers, as a share of its rate out of a hundred: flat, as far as two runs agree.
const FLAT: f64 = 0.9;
/// One writer, as a share of the disk's rate.
pub const ONE_WRITER: f64 = 0.7;
/// Many writers, as a multiple of the disk's rate.
pub const MANY_WRITERS: f64 = 1.0;

/// The goals of the list.
pub fn of_list(outcome: &list::Outcome) -> Vec<Goal> {
    let ours = &outcome.ours;
    let rate = ours.per_second();
    let mut goals = vec![at_least("list, share of the limit", rate.ratio_to(&outcome.limit.per_second()), LIST)];
    if let Some(gunicorn) = outcome.gunicorn() {
        goals.push(at_least("list, times Flask under gunicorn", rate.ratio_to(&gunicorn.per_second()), REFERENCE));
    }
    goals.extend([
        at_most("memory, idle", ours.idle().median(), IDLE, megabytes),
        at_most("memory, at most under load", ours.peak().median(), LOADED, megabytes),
        at_most("start to first answer", ours.started_in().median(), START, time),
        no_failure("list, requests that failed", &[ours]),
    ]);
    goals
}

/// The goals of the page.
pub fn of_page(outcome: &page::Outcome) -> Vec<Goal> {
    let many = outcome.many.per_second();
    vec![
        at_least("page out of 10,000, share of the limit", many.ratio_to(&outcome.limit.per_second()), PAGE),
        at_least("page, 10,000 servers against 101", many.ratio_to(&outcome.few.per_second()), FLAT),
        no_failure("page, requests that failed", &[&outcome.few, &outcome.many]),
    ]
}

/// The goals of the writes.
pub fn of_writes(outcome: &writes::Outcome) -> Vec<Goal> {
    vec![
        at_least("1 writer, share of the disk's rate", outcome.one.per_second().ratio_to(&outcome.disk), ONE_WRITER),
        at_least("64 writers, times the disk's rate", outcome.many.per_second().ratio_to(&outcome.disk), MANY_WRITERS),
        no_failure("writes that failed", &[&outcome.one, &outcome.many]),
    ]
}
