//! Randomness, passed in: so that a test can repeat what happened.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives random bytes: for ids that nobody may guess, tokens, and the jitter of retries.
pub trait Ids: Debug + Send + Sync + 'static {
    /// 64 random bits.
    fn next(&self) -> u64;

    /// A secret of 256 bits, in hexadecimal: 64 characters.
    fn secret(&self) -> String {
        let [a, b, c, d] = std::array::from_fn(|_| self.next());
        format!("{a:016x}{b:016x}{c:016x}{d:016x}")
    }

    /// A number in `0.0..1.0`, evenly spread.
    fn fraction(&self) -> f64 {
        // 53 bits: as many as an f64 holds exactly
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 without loss")]
        let bits = (self.next() >> 11) as f64;
        bits / 9_007_199_254_740_992.0 // 2^53
    }
}

/// An id source that everything in a service shares.
pub type SharedIds = Arc<dyn Ids>;

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is the source that the others are told to take")]
        getrandom::u64().expect("the operating system has a random source")
    }
}

/// Counts from 1: for tests.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}
