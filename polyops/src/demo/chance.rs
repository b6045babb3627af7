//! Chance that is the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use chassis::ids::Ids;

/// `SplitMix64` (Steele, Lea and Flood, 2014): good enough to look natural, and never used for a secret.
#[derive(Debug)]
pub struct Chance(AtomicU64);

impl Chance {
    /// The series that grows from this seed.
    pub const fn of(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// A whole number below `end`, which must not be 0.
    pub fn below(&self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// How many of many people do something at once, when `mean` do on average (Poisson, by Knuth's method: fine for the
    /// small numbers here).
    pub fn people(&self, mean: f64) -> u32 {
        let limit = (-mean).exp();
        let (mut product, mut people) = (self.fraction(), 0);
        while product > limit && people < 1000 {
            product *= self.fraction();
            people += 1;
        }
        people
    }
}

impl Ids for Chance {
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_series_that_is_published_for_it() {
        let chance = Chance::of(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| chance.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn people_come_as_often_as_they_should() {
        let chance = Chance::of(1);
        let total: u32 = (0..10_000).map(|_| chance.people(2.0)).sum();
        assert!((19_000..21_000).contains(&total), "{total}");
    }
}
