//! What is remembered of each day of a service: for how long it was in which condition.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Condition;

/// Days that are shown.
pub const DAYS_SHOWN: usize = 90;

/// Days that are kept: a few more than are shown.
pub const DAYS_KEPT: i64 = 100;

/// Seconds of a day.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A day (UTC) of a service, as this page saw it.
///
/// What is missing to a whole day is time in which we were not there, or in which nobody answered us: it stands for no
/// condition at all, and above all not for a good one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Of which service: its id in the status API.
    pub component: String,
    /// The day, as in `2026-11-22`.
    pub date: String,
    /// For how many seconds it was seen in each condition.
    pub seconds: BTreeMap<Condition, i64>,
}

/// The day of a moment (Unix seconds), as in `2026-11-22`.
pub fn day_of(at: i64) -> String {
    let time = Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::UTC).date().to_string()
}

impl Day {
    /// A day of which nothing is known yet.
    pub fn new(component: &str, date: &str) -> Self {
        Self { component: component.to_owned(), date: date.to_owned(), seconds: BTreeMap::new() }
    }

    /// Under which it is kept: days of one service lie side by side.
    pub fn key_of(component: &str, date: &str) -> String {
        format!("{component}/{date}")
    }

    /// It was seen in this condition for so many seconds more.
    pub fn add(&mut self, condition: Condition, seconds: i64) {
        let left = (SECONDS_PER_DAY - self.seen()).max(0);
        *self.seconds.entry(condition).or_default() += seconds.clamp(0, left);
    }

    /// For how many seconds it was seen.
    pub fn seen(&self) -> i64 {
        self.seconds.values().sum()
    }
}

/// What is to be added to which day, when something was seen from `from` to `to` (Unix seconds).
pub fn account(from: i64, to: i64) -> Vec<(String, i64)> {
    let mut parts = Vec::new();
    let mut start = from;
    while start < to {
        let midnight = (start.div_euclid(SECONDS_PER_DAY) + 1) * SECONDS_PER_DAY;
        let end = midnight.min(to);
        parts.push((day_of(start), end - start));
        start = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_belongs_to_two_days() {
        let midnight = 1_700_006_400;
        let parts = account(midnight - 60, midnight + 30);
        assert_eq!(parts, [("2023-11-14".to_owned(), 60), ("2023-11-15".to_owned(), 30)]);
        assert_eq!(account(midnight, midnight), []);
    }

    #[test]
    fn a_day_has_no_more_seconds_than_a_day() {
        let mut day = Day::new("mail", "2023-11-14");
        day.add(Condition::Major, 86_000);
        day.add(Condition::Operational, 86_000);
        assert_eq!((day.seen(), day.seconds[&Condition::Operational]), (SECONDS_PER_DAY, 400));
    }
}
