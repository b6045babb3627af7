//! The time, passed in: so that a test sets it instead of waiting for it.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time of day. What measures a duration takes [`tokio::time::Instant`] instead, which a test can pause.
///
/// [`tokio::time::Instant`]: https://docs.rs/tokio/latest/tokio/time/struct.Instant.html
pub trait Clock: Debug + Send + Sync + 'static {
    /// Seconds since the start of 1970, UTC: the unit of every time in `/api/v1`.
    fn unix_seconds(&self) -> i64;
}

/// A clock that everything in a service shares.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_seconds(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that the others are told to take")]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).expect("the machine's clock is set after 1970");
        i64::try_from(since.as_secs()).expect("the year is before 292 billion")
    }
}

/// A clock that stands still until it is set: for tests.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that says `seconds` after the start of 1970.
    pub const fn at(seconds: i64) -> Self {
        Self(AtomicI64::new(seconds))
    }

    /// Move the clock by so many seconds; back, when negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn unix_seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}
