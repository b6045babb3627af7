//! What is remembered of each day: for how long a provider was in which state.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::ServiceId;

use super::State;

/// Days that are kept: a quarter of a year is shown.
pub const DAYS_KEPT: i64 = 100;

const SECONDS_PER_DAY: i64 = 86_400;

/// A day (UTC) of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusDay {
    /// Of whom.
    #[schema(value_type = String, example = "github")]
    pub provider: ServiceId,
    /// The day.
    #[schema(example = "2026-11-22")]
    pub date: String,
    /// The worst that it was; `unknown` only when nothing else is known.
    pub worst: State,
    /// For how many seconds it was in each state. What is missing to a day is the time in which we did not look.
    #[schema(value_type = std::collections::BTreeMap<String, i64>, example = json!({"operational": 86_000, "degraded": 400}))]
    pub seconds: BTreeMap<State, i64>,
}

/// The day of a moment, as in `2026-11-22`.
pub fn date_of(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// What is to be added to which day, when a provider was in `state` from `from` to `to` (Unix seconds).
pub fn account(from: i64, to: i64, state: State) -> Vec<(String, State, i64)> {
    let mut parts = Vec::new();
    let mut start = from;
    while start < to {
        let midnight = (start.div_euclid(SECONDS_PER_DAY) + 1) * SECONDS_PER_DAY;
        let end = midnight.min(to);
        parts.push((date_of(start), state, end - start));
        start = end;
    }
    parts
}

impl StatusDay {
    /// A day of which nothing is known yet.
    pub fn new(provider: ServiceId, date: String) -> Self {
        Self { provider, date, worst: State::Unknown, seconds: BTreeMap::new() }
    }

    /// It was in this state for so many seconds of it.
    pub fn add(&mut self, state: State, seconds: i64) {
        *self.seconds.entry(state).or_default() += seconds;
        let known = self.seconds.keys().copied().filter(|state| *state != State::Unknown).max();
        self.worst = known.unwrap_or(State::Unknown);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_night_belongs_to_two_days() {
        let midnight = 1_700_006_400;
        assert_eq!(
            account(midnight - 60, midnight + 30, State::Degraded),
            [("2023-11-14".to_owned(), State::Degraded, 60), ("2023-11-15".to_owned(), State::Degraded, 30)]
        );
        assert_eq!(account(midnight, midnight, State::Degraded), []);
    }

    #[test]
    fn the_worst_that_is_known_is_shown() {
        let mut day = StatusDay::new("github".parse().unwrap(), "2023-11-14".to_owned());
        day.add(State::Unknown, 5);
        assert_eq!(day.worst, State::Unknown);
        day.add(State::Operational, 60);
        assert_eq!(day.worst, State::Operational);
        day.add(State::MajorOutage, 1);
        day.add(State::Operational, 60);
        assert_eq!((day.worst, day.seconds[&State::Operational]), (State::MajorOutage, 120));
    }

    proptest! {
        #[test]
        fn no_second_is_lost(from in 0_i64..4_000_000_000, length in 0_i64..900_000) {
            let parts = account(from, from + length, State::Operational);
            prop_assert_eq!(parts.iter().map(|(_, _, seconds)| seconds).sum::<i64>(), length);
            prop_assert!(parts.iter().all(|(_, _, seconds)| (1..=SECONDS_PER_DAY).contains(seconds)));
        }
    }
}
