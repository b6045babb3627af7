//! The goals, and whether they were met.

use super::figures::{megabytes, ratio, time};
use super::lab::Series;
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
/// Resident bytes of an idle service.
const IDLE: f64 = 15e6;
/// Resident bytes of a loaded one.
pub const LOADED: f64 = 25e6;
/// Seconds from start to first answer.
pub const START: f64 = 0.040;

/// What a scenario was to reach.
pub struct Goal {
    /// The quantity, in words.
    pub what: String,
    /// What was measured.
    pub measured: String,
    /// What is asked for.
    pub asked: String,
    /// Whether it was reached.
    pub met: bool,
}

/// The figure is to be no less than `least`.
fn at_least(what: &str, figure: f64, least: f64) -> Goal {
    Goal { what: what.to_owned(), measured: ratio(figure), asked: format!("≥ {least}"), met: figure >= least }
}

/// The figure is to be no more than `most`; both are shown by `shown`.
fn at_most(what: &str, figure: f64, most: f64, shown: fn(f64) -> String) -> Goal {
    Goal { what: what.to_owned(), measured: shown(figure), asked: format!("≤ {}", shown(most)), met: figure <= most }
}

/// A speed of wrong answers is worth nothing.
fn no_failure(what: &str, series: &[&Series]) -> Goal {
    let failed: u64 = series.iter().map(|series| series.failed()).sum();
    Goal { what: what.to_owned(), measured: failed.to_string(), asked: "0".to_owned(), met: failed == 0 }
}

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

/// Which of the goals were missed, as a sentence; none when all were met.
pub fn missed(goals: &[Goal]) -> Option<String> {
    let missed: Vec<&str> = goals.iter().filter(|goal| !goal.met).map(|goal| goal.what.as_str()).collect();
    let (some, all) = (missed.len(), goals.len());
    (some > 0).then(|| format!("{some} of {all} goals were missed: {}", missed.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_at_the_very_figure() {
        assert!(at_least("x", 0.9, 0.9).met && !at_least("x", 0.899, 0.9).met);
        assert!(at_most("x", 15e6, 15e6, megabytes).met && !at_most("x", 15.1e6, 15e6, megabytes).met);
    }

    #[test]
    fn a_goal_says_what_was_asked() {
        let goal = at_most("start", 0.012, 0.04, time);
        assert_eq!((goal.measured.as_str(), goal.asked.as_str()), ("12 ms", "≤ 40 ms"));
        assert_eq!(at_least("x", 42.123, 35.0).asked, "≥ 35");
    }

    #[test]
    fn missed_goals_are_named() {
        let goals = [at_least("speed", 0.5, 0.9), at_least("size", 2.0, 1.0)];
        assert_eq!(missed(&goals).unwrap(), "1 of 2 goals were missed: speed");
        assert!(missed(&goals[1..]).is_none());
    }
}
