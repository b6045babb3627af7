//! The one place here that reads the clock: how long something took.

use std::time::{Duration, Instant};

/// Runs from the moment it is made.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Start to measure.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long something took is for people to read: nothing is decided by it, and no test sets it"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
