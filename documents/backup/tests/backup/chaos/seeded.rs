//! Chance that can be had again.

use std::sync::atomic::{AtomicU64, Ordering};

use chassis::ids::{Ids, RandomIds};

/// `SplitMix64` (Steele, Lea, Flood, 2014): good enough to choose, and a few lines.
#[derive(Debug)]
pub struct Seeded {
    seed: u64,
    state: AtomicU64,
}

impl Seeded {
    /// From `CHAOS_SEED`, or another each time.
    pub fn from_environment() -> Self {
        let given = std::env::var_os("CHAOS_SEED").map(|seed| seed.into_string().unwrap().parse().unwrap());
        let seed = given.unwrap_or_else(|| RandomIds.next() % 1_000_000);
        Self { seed, state: AtomicU64::new(seed) }
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A number below this one.
    pub fn below<N: TryFrom<u64>>(&self, limit: usize) -> N {
        N::try_from(self.next() % limit as u64).unwrap_or_else(|_| panic!("{limit} is too large"))
    }
}

impl Ids for Seeded {
    fn next(&self) -> u64 {
        let mut z = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
