//! Quarters of an hour: what reports are counted in.

use std::fmt;
use std::ops::Add;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Seconds of a quarter.
pub const SECONDS: i64 = 900;

/// Quarters of a day.
pub const PER_DAY: usize = 96;

/// Quarters of a week.
pub const PER_WEEK: i64 = 672;

/// A quarter of an hour, counted from the start of 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(pub i64);

/// A day, counted from the start of 1970, UTC. Shown as a date, `2026-11-22`: so it stands in the keys of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Quarter {
    /// The quarter of this moment, in Unix seconds.
    pub const fn at(seconds: i64) -> Self {
        Self(seconds.div_euclid(SECONDS))
    }

    /// When it begins, in Unix seconds.
    pub const fn start(self) -> i64 {
        self.0 * SECONDS
    }

    /// The day that it lies in.
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(96))
    }

    /// Its place in that day: 0 to 95.
    pub fn of_day(self) -> usize {
        usize::try_from(self.0.rem_euclid(96)).expect("a remainder of 96 fits")
    }

    /// The 96 quarters that end with this one.
    pub fn last_day(self) -> impl DoubleEndedIterator<Item = Self> {
        (self.0 - 95..=self.0).map(Self)
    }
}

/// So many quarters later.
impl Add<i64> for Quarter {
    type Output = Self;

    fn add(self, quarters: i64) -> Self {
        Self(self.0 + quarters)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = Timestamp::from_second(self.0.saturating_mul(86_400)).unwrap_or(Timestamp::MAX);
        TimeZone::UTC.to_datetime(start).date().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_knows_its_place() {
        let quarter = Quarter::at(1_700_000_000); // Tuesday, 14 November 2023, 22:13:20
        assert_eq!((quarter.day().to_string(), quarter.of_day()), ("2023-11-14".to_owned(), 22 * 4));
        assert_eq!(quarter.start(), 1_700_000_000 - 13 * 60 - 20);
        assert_eq!(quarter.last_day().count(), PER_DAY);
        assert_eq!(quarter.last_day().next_back(), Some(quarter));
    }
}
