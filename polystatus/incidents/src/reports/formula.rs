//! How many reports are usual at this time of the week, and how many more are a problem.
//!
//! For a quarter of an hour, take the same quarter and its two neighbours in each of the last eight weeks: up to 24
//! numbers. Quarters of which nothing is known are left out, not counted as none. Of these numbers,
//!
//! ```text
//! b = their median                                     what is usual (the baseline)
//! s = max(1.4826 × median(|x − b|), √(b + 1))          how far it usually lies from that (the spread)
//!
//! possible   from  max( 5, b + 5·s)  reports in the quarter
//! problems   from  max(10, b + 8·s)
//! calm       up to         b + 2·s
//! ```
//!
//! - The *median* and not the mean: last month's outage stands in 3 of the 24 numbers, and does not move it.
//! - The *median of the distances* for the same reason, times 1.4826: so it is the standard deviation where numbers are
//!   spread like a bell curve (Rousseeuw and Croux, 1993).
//! - *√(b + 1)*: people who report independently of one another make numbers that lie about √b from their mean
//!   (Poisson). It holds where the past was so quiet that its spread is nothing.
//! - *5 and 10*: three people are no outage, however quiet the service is. What others call level and duration is here
//!   the level within a quarter, and the duration that a state takes to end.
//! - *Eight weeks*: enough numbers for a median, and a service that has grown is not judged by what it was.
//!
//! A service that is new has no eight weeks. With fewer than six numbers, the same time of the last seven days serves, and
//! without that nothing is expected, and it takes twice the least numbers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::quarter::{PER_WEEK, Quarter};

/// Weeks that the formula looks back.
pub const WEEKS: i64 = 8;

/// Numbers that a median is taken of at least.
const ENOUGH: usize = 6;

/// From how many spreads above what is usual there may be a problem.
const POSSIBLE_SPREADS: f64 = 5.0;
/// From how many there is one.
const PROBLEM_SPREADS: f64 = 8.0;
/// Up to how many all is calm again.
const CALM_SPREADS: f64 = 2.0;

/// Reports in a quarter below which there is no talk of a problem.
const LEAST_POSSIBLE: f64 = 5.0;
/// Reports in a quarter below which it is not certain.
const LEAST_PROBLEM: f64 = 10.0;

/// From a median distance to a standard deviation: 1 / Φ⁻¹(3/4).
const MAD_TO_DEVIATION: f64 = 1.4826;

/// What is expected of a quarter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    /// What is usual.
    pub baseline: f64,
    /// How far it usually lies from that.
    pub spread: f64,
    /// Where that is known from.
    pub basis: Basis,
}

/// Where it is known from what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// From the same time of past weeks.
    Weeks,
    /// From the same time of past days: the service is new.
    Days,
    /// From nowhere: the service is very new.
    Nothing,
}

/// How many reports there are, against what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As usual.
    Calm,
    /// More than usual, and not enough to speak of a problem.
    Raised,
    /// There may be a problem.
    Possible,
    /// There is a problem.
    Problems,
}

/// What is expected of `quarter`, when `count` tells how many reports there were in past ones.
pub fn expectation(quarter: Quarter, count: impl Fn(Quarter) -> Option<u32>) -> Expectation {
    let around = |back: i64| [-1, 0, 1].map(|neighbour| quarter + (neighbour - back));
    let known = |backs: &mut dyn Iterator<Item = i64>| -> Vec<f64> {
        backs.flat_map(around).filter_map(&count).map(f64::from).collect()
    };
    let weeks = known(&mut (1..=WEEKS).map(|week| week * PER_WEEK));
    if weeks.len() >= ENOUGH {
        return Expectation::of(weeks, Basis::Weeks);
    }
    let days = known(&mut (1..=7).map(|day| day * 96));
    if days.len() >= ENOUGH {
        return Expectation::of(days, Basis::Days);
    }
    Expectation { baseline: 0.0, spread: 1.0, basis: Basis::Nothing }
}

impl Expectation {
    fn of(mut numbers: Vec<f64>, basis: Basis) -> Self {
        let baseline = median(&mut numbers);
        let mut distances: Vec<f64> = numbers.iter().map(|number| (number - baseline).abs()).collect();
        let spread = (MAD_TO_DEVIATION * median(&mut distances)).max((baseline + 1.0).sqrt());
        Self { baseline, spread, basis }
    }

    /// From how many reports there may be a problem.
    pub fn possible_from(&self) -> u32 {
        self.threshold(LEAST_POSSIBLE, POSSIBLE_SPREADS)
    }

    /// From how many reports there is a problem.
    pub fn problems_from(&self) -> u32 {
        self.threshold(LEAST_PROBLEM, PROBLEM_SPREADS)
    }

    /// How bad so many reports are.
    pub fn level(&self, reports: u32) -> Level {
        if reports >= self.problems_from() {
            Level::Problems
        } else if reports >= self.possible_from() {
            Level::Possible
        } else if f64::from(reports) > self.baseline + CALM_SPREADS * self.spread {
            Level::Raised
        } else {
            Level::Calm
        }
    }

    fn threshold(&self, least: f64, spreads: f64) -> u32 {
        let least = if self.basis == Basis::Nothing { 2.0 * least } else { least };
        let threshold = (self.baseline + spreads * self.spread).max(least).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of reports, and `as` stops at its ends"
        )]
        let threshold = threshold as u32;
        threshold
    }
}

/// The number in the middle, or the mean of the two there.
fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { f64::midpoint(numbers[middle - 1], numbers[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Quarter = Quarter(2_000_000);

    /// So many reports at the same time of the week, `weeks` weeks long.
    fn weekly(weeks: i64, reports: u32) -> impl Fn(Quarter) -> Option<u32> {
        move |quarter| {
            let back = NOW.0 - quarter.0;
            let near = (back + 1).rem_euclid(PER_WEEK) <= 2 && (1..=weeks).contains(&((back + 1) / PER_WEEK));
            near.then_some(reports)
        }
    }

    #[test]
    fn a_steady_past_is_what_is_expected() {
        let expected = expectation(NOW, weekly(8, 10));
        assert_eq!((expected.baseline, expected.basis), (10.0, Basis::Weeks));
        assert!((expected.spread - 11_f64.sqrt()).abs() < 1e-9, "as Poisson has it: {}", expected.spread);
        assert_eq!((expected.possible_from(), expected.problems_from()), (27, 37));
        let level = |reports| expected.level(reports);
        assert_eq!(
            [level(16), level(17), level(27), level(37)],
            [Level::Calm, Level::Raised, Level::Possible, Level::Problems]
        );
    }

    #[test]
    fn an_outage_in_a_past_week_changes_nothing() {
        let past = |quarter: Quarter| {
            let outage = (NOW.0 - quarter.0) / PER_WEEK == 3;
            weekly(8, 10)(quarter).map(|usual| if outage { 5000 } else { usual })
        };
        assert_eq!(expectation(NOW, past), expectation(NOW, weekly(8, 10)));
    }

    #[test]
    fn a_past_of_which_nothing_is_known_is_left_out() {
        // down in every second week: what is known still counts
        let past = |quarter: Quarter| weekly(8, 10)(quarter).filter(|_| ((NOW.0 - quarter.0 + 1) / PER_WEEK) % 2 == 0);
        assert_eq!(expectation(NOW, past).possible_from(), 27);
        // in the first week of a service, the days before
        let days = |quarter: Quarter| (NOW.0 - quarter.0 < 300).then_some(4);
        assert_eq!((expectation(NOW, days).baseline, expectation(NOW, days).basis), (4.0, Basis::Days));
    }

    #[test]
    fn without_a_past_it_takes_more_to_be_a_problem() {
        let expected = expectation(NOW, |_| None);
        assert_eq!((expected.baseline, expected.basis), (0.0, Basis::Nothing));
        assert_eq!((expected.possible_from(), expected.problems_from()), (10, 20));
        let quiet = expectation(NOW, weekly(8, 0));
        assert_eq!((quiet.possible_from(), quiet.problems_from()), (5, 10));
    }

    #[test]
    fn a_median_is_in_the_middle() {
        let rounded = |numbers: &mut [f64]| format!("{:.1}", median(numbers));
        assert_eq!(rounded(&mut [3.0, 1.0, 2.0]), "2.0");
        assert_eq!(rounded(&mut [4.0, 1.0, 2.0, 3.0]), "2.5");
    }
}
