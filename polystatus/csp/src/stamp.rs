//! Who changes something and when: settled before the store runs the change, since it may run it twice.

use std::sync::Arc;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use values::TimeOrderedIds;

/// Who, when, and an id that events which tell of the change have theirs from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// A user's id, `api-token`, or `csp` when nobody asked.
    pub by: String,
    /// In Unix seconds.
    pub at: i64,
    /// Nobody else's.
    pub id: String,
}

/// Makes stamps. A clone makes ids of the same series.
#[derive(Debug, Clone)]
pub struct Scribe {
    /// The time of day.
    pub clock: SharedClock,
    /// Random bits.
    pub ids: SharedIds,
    series: Arc<TimeOrderedIds>,
}

/// Who does what nobody asked for.
pub const OURSELVES: &str = "csp";

impl Scribe {
    /// With this clock and this chance.
    pub fn new(clock: SharedClock, ids: SharedIds) -> Self {
        Self { clock, ids, series: Arc::default() }
    }

    /// Who changes something, now.
    pub fn stamp(&self, by: &str) -> Stamp {
        let id = self.series.next("CSP", &*self.clock, &*self.ids);
        Stamp { by: by.to_owned(), at: self.clock.unix_seconds(), id }
    }
}
