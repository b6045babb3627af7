//! Who knows the time and makes ids: what a change needs of the world, settled before it is made, since the store may run
//! it twice.

use std::sync::Arc;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use values::TimeOrderedIds;

/// Makes stamps. A clone makes ids of the same series.
#[derive(Debug, Clone)]
pub struct Scribe {
    /// The time of day.
    pub clock: SharedClock,
    /// Random bits.
    pub ids: SharedIds,
    series: Arc<TimeOrderedIds>,
}

/// Who changes something and when, and the ids of what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// A user's id, `api-token`, or the service's own name.
    pub by: String,
    /// In Unix seconds.
    pub at: i64,
    /// Of the update that the public is told.
    pub update: String,
    /// Of the event that others are told, and of the notice that recipients are told.
    pub event: String,
}

impl Scribe {
    /// With this clock and this chance.
    pub fn new(clock: SharedClock, ids: SharedIds) -> Self {
        Self { clock, ids, series: Arc::default() }
    }

    /// The time, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.clock.unix_seconds()
    }

    /// Who changes something, now.
    pub fn stamp(&self, by: &str) -> Stamp {
        Stamp { by: by.to_owned(), at: self.now(), update: self.next_id("UPD"), event: self.next_id("EVT") }
    }

    /// An id that sorts by time.
    pub fn next_id(&self, prefix: &str) -> String {
        self.series.next(prefix, &*self.clock, &*self.ids)
    }
}
