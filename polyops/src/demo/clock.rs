//! The clock of a story.

use std::sync::atomic::{AtomicI64, Ordering};

use chassis::clock::{Clock, SystemClock};

/// A clock that stands where the story is, until it is handed over to the machine's.
#[derive(Debug)]
pub struct StoryClock(AtomicI64);

/// The machine's clock tells the time.
const REAL: i64 = i64::MIN;

impl StoryClock {
    /// A clock that says `seconds` after the start of 1970.
    pub const fn at(seconds: i64) -> Self {
        Self(AtomicI64::new(seconds))
    }

    /// A clock that says what the machine's says.
    pub const fn real() -> Self {
        Self(AtomicI64::new(REAL))
    }

    /// Go on to that moment. Never back: ids are made of the time, and lists sort by them.
    pub fn set(&self, seconds: i64) {
        self.0.fetch_max(seconds, Ordering::Relaxed);
    }

    /// From now on, the machine's clock tells the time.
    pub fn hand_over(&self) {
        self.0.store(REAL, Ordering::Relaxed);
    }
}

impl Clock for StoryClock {
    fn unix_seconds(&self) -> i64 {
        match self.0.load(Ordering::Relaxed) {
            REAL => SystemClock.unix_seconds(),
            seconds => seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_forward_and_then_tells_the_real_time() {
        let clock = StoryClock::at(1000);
        clock.set(2000);
        clock.set(1500);
        assert_eq!(clock.unix_seconds(), 2000);
        clock.hand_over();
        assert!(clock.unix_seconds() >= 1_700_000_000);
    }
}
