//! The goals, and whether they were met.

use super::figures::ratio;
use super::lab::Series;

/// Resident bytes of an idle service.
pub const IDLE: f64 = 15e6;
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
pub fn at_least(what: &str, figure: f64, least: f64) -> Goal {
    Goal { what: what.to_owned(), measured: ratio(figure), asked: format!("≥ {least}"), met: figure >= least }
}

/// The figure is to be no more than `most`; both are shown by `shown`.
pub fn at_most(what: &str, figure: f64, most: f64, shown: fn(f64) -> String) -> Goal {
    Goal { what: what.to_owned(), measured: shown(figure), asked: format!("≤ {}", shown(most)), met: figure <= most }
}

/// A speed of wrong answers is worth nothing.
pub fn no_failure(what: &str, series: &[&Series]) -> Goal {
    let failed: u64 = series.iter().map(|series| series.failed()).sum();
    Goal { what: what.to_owned(), measured: failed.to_string(), asked: "0".to_owned(), met: failed == 0 }
}

/// Which of the goals were missed, as a sentence; none when all were met.
pub fn missed(goals: &[Goal]) -> Option<String> {
    let missed: Vec<&str> = goals.iter().filter(|goal| !goal.met).map(|goal| goal.what.as_str()).collect();
    let (some, all) = (missed.len(), goals.len());
    (some > 0).then(|| format!("{some} of {all} goals were missed: {}", missed.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::super::figures::{megabytes, time};
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
