//! Ids that sort by time and tell nothing else.

use std::sync::{Mutex, PoisonError};

use chassis::clock::Clock;
use chassis::ids::Ids;

/// Crockford's base 32: without the letters that are mistaken for digits, and in the order of ASCII, so that texts sort
/// as the numbers do.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Digits for the seconds since 1970: 35 bits, enough until the year 3058.
const SECONDS: usize = 7;

/// Digits for what tells ids of one second apart: 50 bits.
const TAIL: usize = 10;

/// The first id of a second leaves the upper half of its range to those that follow.
const FIRST_TAIL_BITS: u32 = 49;

/// How far the next id of the same second lies at most: nobody counts incidents by subtracting two ids.
const STEP_BITS: u32 = 32;

/// Makes ids such as `INC-1NQK3P08F2V9XJ2AB`: a prefix, seven digits for the second, ten at random.
///
/// Two ids of one process are in the order in which they were made, also within a second: the second one adds a random
/// step to the first. (A counter would do that too, and tell how many there are; a ULID has no prefix and is longer.)
/// Ids of two replicas within the same second are in no order.
#[derive(Debug, Default)]
pub struct TimeOrderedIds {
    last: Mutex<(u64, u64)>,
}

impl TimeOrderedIds {
    /// The next id: larger than every one before it, whatever the clock does.
    pub fn next(&self, prefix: &str, clock: &dyn Clock, ids: &dyn Ids) -> String {
        let now = u64::try_from(clock.unix_seconds()).unwrap_or_default();
        let random = ids.next();
        let (second, tail) = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = after(*last, now, random);
            *last
        };
        let digits = digits::<SECONDS>(second).chain(digits::<TAIL>(tail));
        prefix.chars().chain(['-']).chain(digits).collect()
    }
}

/// The place behind `last`, at the time `now`.
fn after(last: (u64, u64), now: u64, random: u64) -> (u64, u64) {
    let fresh = |second| (second, random >> (64 - FIRST_TAIL_BITS));
    // a clock that was set back does not set the order back
    if now > last.0 {
        return fresh(now);
    }
    let tail = last.1 + 1 + (random >> (64 - STEP_BITS));
    if tail < 1 << (5 * TAIL) { (last.0, tail) } else { fresh(last.0 + 1) }
}

fn digits<const LENGTH: usize>(number: u64) -> impl Iterator<Item = char> {
    (0..LENGTH).rev().map(move |place| {
        let digit = usize::try_from((number >> (5 * place)) & 31).unwrap_or_default();
        char::from(DIGITS[digit])
    })
}

#[cfg(test)]
mod tests {
    use chassis::clock::FixedClock;
    use chassis::ids::{CountingIds, RandomIds};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_is_its_second_and_something_random() {
        let made = TimeOrderedIds::default().next("INC", &FixedClock::at(1_700_000_000), &CountingIds::default());
        assert_eq!(made, "INC-1JN7W800000000000");
    }

    #[test]
    fn a_year_is_far_from_the_next() {
        let at = |seconds| TimeOrderedIds::default().next("INC", &FixedClock::at(seconds), &RandomIds);
        assert!(at(1_700_000_000) < at(1_731_536_000));
        assert!(at(9_999_999_999) > at(1_731_536_000));
    }

    proptest! {
        #[test]
        fn ids_are_in_the_order_in_which_they_were_made(steps in prop::collection::vec(-2_i64..3, 1..300)) {
            let (ids, clock) = (TimeOrderedIds::default(), FixedClock::at(1_700_000_000));
            let mut made = vec![ids.next("INC", &clock, &RandomIds)];
            for step in steps {
                clock.advance(step);
                made.push(ids.next("INC", &clock, &RandomIds));
            }
            prop_assert!(made.is_sorted_by(|a, b| a < b), "{made:?}");
            prop_assert!(made.iter().all(|id| id.len() == 4 + SECONDS + TAIL));
        }

        #[test]
        fn a_second_that_is_full_flows_over_into_the_next(last in 0..1_u64 << 50, random: u64) {
            let next = after((7, last), 7, random);
            prop_assert!(next > (7, last) && next.1 < 1 << 50);
        }
    }
}
