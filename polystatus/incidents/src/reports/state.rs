//! When a problem begins, and when it is over.
//!
//! A state rises at once: as soon as the present quarter has enough reports, though it is not over, or one of the two
//! before it had. It falls slowly: when
//! two whole quarters, one after the other, and the present one are calm. Between the two lies *hysteresis*: numbers that
//! sway about one threshold do not make a state flicker. A quarter of which nothing is known ends nothing.

use serde::{Deserialize, Serialize};
use store::Snapshot;
use utoipa::ToSchema;

use super::formula::{Expectation, Level};
use super::quarter::Quarter;
use crate::model::{CatalogueService, ServiceId};

/// Calm quarters that end a problem.
const CALM_QUARTERS: i64 = 2;

/// Whether people report more than usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As many reports as usual.
    #[default]
    None,
    /// More than usual: there may be a problem.
    Possible,
    /// Many more than usual: there is a problem.
    Problems,
}

/// The state of a service, and since when it is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportState {
    /// The service.
    pub service: ServiceId,
    /// Its state.
    pub state: State,
    /// Since when, in Unix seconds.
    pub since: i64,
}

impl ReportState {
    /// The state of a service, as it is kept: none, from the beginning, when there was never another.
    pub fn kept(snapshot: &Snapshot, service: &CatalogueService) -> Self {
        let kept = snapshot.get::<Self>(service.id.as_str()).map(|kept| kept.document.clone());
        kept.unwrap_or_else(|| Self { service: service.id.clone(), state: State::None, since: service.created_at })
    }
}

impl State {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Possible => "possible",
            Self::Problems => "problems",
        }
    }

    /// The state that follows this one, in the quarter `now`.
    #[must_use]
    pub fn next(
        self,
        now: Quarter,
        count: impl Fn(Quarter) -> Option<u32>,
        expected: impl Fn(Quarter) -> Expectation,
    ) -> Self {
        let level = |quarter: Quarter| count(quarter).map(|reports| expected(quarter).level(reports));
        let levels: Vec<_> = (0..=CALM_QUARTERS).map(|back| level(now + -back)).collect();
        // what keeps a problem going also begins it: one that began in the last minutes of a quarter while nobody looked, as
        // before a restart, is seen in the next, though few have reported in that yet
        let risen = match levels.iter().copied().flatten().max() {
            Some(Level::Problems) => Self::Problems,
            Some(Level::Possible) => Self::Possible,
            _ => Self::None,
        };
        if risen > self {
            return risen;
        }
        let over = levels.iter().all(|level| *level == Some(Level::Calm));
        if over { Self::None } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::super::formula::Basis;
    use super::*;

    const NOW: Quarter = Quarter(100);

    /// The state after these quarters, the last of which is the present one: 10 are usual.
    fn after(state: State, last: [Option<u32>; 3]) -> State {
        let count = |quarter: Quarter| last[usize::try_from(quarter.0 - 98).unwrap()];
        let expected = |_| Expectation { baseline: 10.0, spread: 3.0, basis: Basis::Weeks };
        state.next(NOW, count, expected)
    }

    #[test]
    fn it_rises_at_once() {
        assert_eq!(after(State::None, [Some(10), Some(10), Some(24)]), State::None);
        assert_eq!(after(State::None, [Some(10), Some(10), Some(25)]), State::Possible);
        assert_eq!(after(State::None, [None, None, Some(34)]), State::Problems);
        assert_eq!(after(State::Possible, [Some(99), Some(99), Some(34)]), State::Problems);
    }

    #[test]
    fn a_problem_that_nobody_looked_at_when_it_began_is_seen_in_the_next_quarter() {
        assert_eq!(after(State::None, [Some(10), Some(34), Some(0)]), State::Problems);
        assert_eq!(after(State::None, [Some(25), None, Some(0)]), State::Possible);
    }

    #[test]
    fn it_falls_after_two_calm_quarters_and_not_on_the_way() {
        assert_eq!(after(State::Problems, [Some(16), Some(16), Some(0)]), State::None);
        assert_eq!(after(State::Problems, [Some(17), Some(16), Some(0)]), State::Problems);
        assert_eq!(after(State::Problems, [Some(16), Some(16), Some(17)]), State::Problems);
        // fewer than before and not calm: a problem that swings stays one
        assert_eq!(after(State::Problems, [Some(16), Some(16), Some(26)]), State::Problems);
        assert_eq!(after(State::Possible, [Some(16), Some(16), Some(16)]), State::None);
    }

    #[test]
    fn what_nobody_knows_ends_nothing() {
        assert_eq!(after(State::Problems, [None, Some(1), Some(1)]), State::Problems);
        assert_eq!(after(State::Problems, [Some(1), None, Some(1)]), State::Problems);
    }
}
