//! How far behind a client is: how many bytes wait for it, and for how long the oldest of them have.
//!
//! Counted is what it was sent, and what of that has left us: onto its websocket, or in an answer to its polling. Between
//! the two lie the engine's queue and its buffers, which nobody needs to see into.

use std::time::Duration;

use tokio::time::Instant;

use crate::figures;

/// How far behind somebody may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes that may wait.
    pub bytes: u64,
    /// How long they may.
    pub time: Duration,
}

/// What was sent to one client, and how much of it is taken. `taken` is the count of all bytes that have left us.
#[derive(Debug, Default)]
pub struct Backlog {
    /// Bytes of messages, ever.
    sent: u64,
    /// Bytes that were taken and never sent by us: heart-beats, and what polling puts between messages.
    surplus: u64,
    /// What had been sent at some moment: all older bytes are taken when this is.
    mark: u64,
    /// That moment.
    marked: Option<Instant>,
}

/// Why a client is too far behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// So many bytes wait.
    Bytes(u64),
    /// It has not taken for so long what was sent then.
    Time(Duration),
}

impl Backlog {
    /// It is sent so many bytes more.
    pub fn send(&mut self, bytes: u64, taken: u64, now: Instant) {
        // when all is taken, whatever is above that was none of ours
        self.surplus = self.surplus.max(taken.saturating_sub(self.sent));
        let reached = self.taken(taken) >= self.mark;
        self.sent += bytes;
        if reached {
            (self.mark, self.marked) = (self.sent, Some(now));
        }
    }

    /// Whether it is too far behind.
    pub fn behind(&self, bounds: Bounds, taken: u64, now: Instant) -> Option<Behind> {
        let taken = self.taken(taken);
        let waiting = self.sent.saturating_sub(taken);
        if waiting > bounds.bytes {
            return Some(Behind::Bytes(waiting));
        }
        let age = now.saturating_duration_since(self.marked?);
        (taken < self.mark && age > bounds.time).then_some(Behind::Time(age))
    }

    fn taken(&self, taken: u64) -> u64 {
        taken - self.surplus.min(taken)
    }
}

impl Behind {
    /// As in the figures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bytes(_) => figures::BYTES,
            Self::Time(_) => figures::SECONDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 1000, time: Duration::from_secs(10) };

    #[test]
    fn who_takes_all_in_time_is_never_behind() {
        let (mut backlog, mut taken, start) = (Backlog::default(), 70, Instant::now());
        for second in 0..100 {
            let now = start + Duration::from_secs(second);
            backlog.send(400, taken, now);
            assert_eq!(backlog.behind(BOUNDS, taken, now), None);
            // with a heart-beat
            taken += 403;
        }
        // what is not there cannot be late
        assert_eq!(backlog.behind(BOUNDS, taken, start + Duration::from_hours(1)), None);
    }

    #[test]
    fn bytes_that_wait_are_counted_whatever_else_was_taken_before() {
        let (mut backlog, now) = (Backlog::default(), Instant::now());
        backlog.send(600, 5000, now);
        assert_eq!(backlog.behind(BOUNDS, 5000, now), None);
        backlog.send(600, 5000, now);
        assert_eq!(backlog.behind(BOUNDS, 5000, now), Some(Behind::Bytes(1200)));
        assert_eq!(backlog.behind(BOUNDS, 5200, now), None);
    }

    #[test]
    fn a_steady_reader_is_behind_when_what_it_takes_is_too_old() {
        for (delay, expected) in [(9, false), (12, true)] {
            let (mut backlog, start) = (Backlog::default(), Instant::now());
            // ten bytes in each second, and it takes them so many seconds later
            let behind = (0..60).any(|second: u64| {
                let (taken, now) = (second.saturating_sub(delay) * 10, start + Duration::from_secs(second));
                backlog.send(10, taken, now);
                backlog.behind(BOUNDS, taken, now).is_some()
            });
            assert_eq!(behind, expected, "{delay} s behind");
        }
    }

    #[test]
    fn who_takes_nothing_is_behind_also_when_nothing_more_is_sent() {
        let (mut backlog, start) = (Backlog::default(), Instant::now());
        backlog.send(10, 0, start);
        let late = start + Duration::from_secs(11);
        assert_eq!(backlog.behind(BOUNDS, 0, late), Some(Behind::Time(Duration::from_secs(11))));
        assert_eq!(backlog.behind(BOUNDS, 10, late), None);
    }
}
