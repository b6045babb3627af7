//! Who knows the time and makes ids: what a change needs of the world, settled before it is made.

use std::sync::Arc;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;

use crate::model::TimeOrderedIds;
use crate::stamp::Stamp;

/// Makes stamps. A clone makes ids of the same series.
#[derive(Debug, Clone)]
pub struct Scribe {
    /// The time of day.
    pub clock: SharedClock,
    /// Random bits.
    pub ids: SharedIds,
    series: Arc<TimeOrderedIds>,
}

impl Scribe {
    /// With this clock and this chance.
    pub fn new(clock: SharedClock, ids: SharedIds) -> Self {
        Self { clock, ids, series: Arc::default() }
    }

    /// Who changes something, now.
    pub fn stamp(&self, by: &str) -> Stamp {
        Stamp { by: by.to_owned(), at: self.clock.unix_seconds(), entry: self.next_id("TL") }
    }

    /// An id that sorts by time.
    pub fn next_id(&self, prefix: &str) -> String {
        self.series.next(prefix, &*self.clock, &*self.ids)
    }
}
