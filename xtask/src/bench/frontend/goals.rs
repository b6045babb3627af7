//! What the page is to reach.

use super::super::figures::{count, float, megabytes, time};
use super::super::goals::{Goal, IDLE, START, at_least, at_most, no_failure};
use super::open::{Crowd, P99};
use super::{reads, up};

/// Seconds until all services of one process are ready.
const READY: f64 = 2.0;
/// Seconds until a demonstration has told its history and is ready.
const DEMO: f64 = 5.0;
/// Seconds from an announcement until it stands on an open page.
const SEEN: f64 = 0.5;

/// Of the first scenario.
pub fn of_reads(bodies: &[reads::Body]) -> Vec<Goal> {
    let shares = bodies.iter().flat_map(|body| {
        let share = body.ours.per_second().ratio_to(&body.limit.per_second());
        [
            at_least(&format!("{}, share of the limit", body.what), share, reads::SHARE),
            no_failure(&format!("{}, requests that failed", body.what), &[&body.ours]),
        ]
    });
    let page = bodies.first().into_iter().flat_map(|body| {
        [
            at_most("memory, idle", body.ours.idle().median(), IDLE, megabytes),
            at_most("start to first answer", body.ours.started_in().median(), START, time),
        ]
    });
    shares.chain(page).collect()
}

/// Of the second.
pub fn of_open(crowds: &[Crowd]) -> Vec<Goal> {
    let goals = crowds.iter().filter(|crowd| crowd.readers > 0).flat_map(|crowd| {
        let readers = crowd.name();
        let p99 = format!("99 in 100 pages within, {readers} keep it open");
        let changing = format!("the same, with a change each second, {readers} keep it open");
        let seen = crowd
            .seen
            .as_ref()
            .map(|seen| at_most(&format!("announced to seen by {readers}"), seen.median(), SEEN, time));
        let goals = [
            at_most(&p99, crowd.quiet.median(), P99, time),
            at_most(&changing, crowd.changing.median(), P99, time),
            at_most(&format!("answers that failed, {readers} keep it open"), float(crowd.failed), 0.0, count),
        ];
        goals.into_iter().chain(seen)
    });
    goals.collect()
}

/// Of the third.
pub fn of_up(outcome: &up::Outcome) -> Vec<Goal> {
    vec![
        at_most("polyops up, until all are ready", outcome.ready.median(), READY, time),
        at_most("polyops up --demo, the first time", outcome.demo.median(), DEMO, time),
        at_most("announced to seen, in one process", outcome.seen.median(), SEEN, time),
    ]
}
