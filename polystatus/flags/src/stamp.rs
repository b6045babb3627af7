//! Who changes something and when: settled before the store runs the change, since it may run it twice.

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use chassis::service::Foundation;

/// Who, when, and an id that nothing else has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// A user's id, `api-token`, or `schedule` with an id.
    pub by: String,
    /// In Unix seconds.
    pub at: i64,
    /// Events that tell of the change have theirs from it, and what is made by it, too.
    pub id: String,
}

/// Who knows the time and makes ids.
#[derive(Debug, Clone)]
pub struct Scribe {
    /// The time of day.
    pub clock: SharedClock,
    ids: SharedIds,
}

impl Scribe {
    /// With this clock and this chance.
    pub fn of(foundation: &Foundation) -> Self {
        Self { clock: foundation.clock.clone(), ids: foundation.ids.clone() }
    }

    /// Who changes something, now.
    pub fn stamp(&self, by: &str) -> Stamp {
        Stamp { by: by.to_owned(), at: self.clock.unix_seconds(), id: format!("{:016x}", self.ids.next()) }
    }
}
