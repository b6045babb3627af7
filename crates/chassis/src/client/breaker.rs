//! The circuit breaker (Nygard, Release It!, chapter 5): who keeps failing is left alone for a while. The caller gets
//! its answer at once instead of after a time-out, and the peer gets the quiet in which it can recover.
//!
//! ```text
//!            too many failures              the time is over
//!   Closed ────────────────────▶  Open  ────────────────────▶ HalfOpen
//!     ▲                             ▲                          │   │
//!     │                             └── the probe failed ──────┘   │
//!     └──────────────────── the probe succeeded ───────────────────┘
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The last attempts that are looked at. Counted in attempts, not in seconds: a peer that is rarely called then needs no
/// rule of its own. Half of them failed opens the circuit, however the failures are spread.
const WINDOW: u32 = 20;

/// What a circuit breaker does with calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Lets all calls through.
    Closed,
    /// Has let one call through, to see whether the peer is back; refuses the others.
    HalfOpen,
    /// Refuses all calls.
    Open,
}

impl BreakerState {
    /// For a gauge: 0 is closed, 1 is half-open, 2 is open.
    pub fn as_number(self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::HalfOpen => 1,
            Self::Open => 2,
        }
    }
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        })
    }
}

/// One peer's breaker. The time is passed in, so that its rules can be tested without waiting.
///
/// A [`Peer`](super::Peer) has one already. It is here for what is called in another way, such as a feed on the web.
#[derive(Debug)]
pub struct Breaker {
    peer: Arc<str>,
    failures_in_a_row: u32,
    open_for: Duration,
    // std's, not tokio's: it is held for a few instructions and never across an await
    circuit: Mutex<Circuit>,
}

#[derive(Debug)]
struct Circuit {
    state: State,
    /// Counts the changes of state. What was let through before the last one says nothing about the peer of now: a slow
    /// failure from before the outage must not open a circuit that a probe has closed.
    epoch: u64,
}

#[derive(Debug)]
enum State {
    Closed(Outcomes),
    Open { until: Instant },
    HalfOpen { until: Instant },
}

/// The outcomes of the last attempts, a bit each: 1 is a failure, the lowest is the newest.
#[derive(Debug, Default, Clone, Copy)]
struct Outcomes(u32);

impl Outcomes {
    fn push(&mut self, failed: bool) {
        self.0 = ((self.0 << 1) | u32::from(failed)) & ((1 << WINDOW) - 1);
    }

    fn too_bad(self, in_a_row: u32) -> bool {
        // an attempt that was not made yet is a 0, and so counts as a success
        self.0.trailing_ones() >= in_a_row || self.0.count_ones() >= WINDOW / 2
    }
}

impl Breaker {
    /// Of a peer of this name: so many failures in a row open it, for so long.
    pub fn new(peer: Arc<str>, failures_in_a_row: u32, open_for: Duration) -> Self {
        let circuit = Mutex::new(Circuit { state: State::Closed(Outcomes::default()), epoch: 0 });
        // at least one, and no more than are remembered
        Self { peer, failures_in_a_row: failures_in_a_row.clamp(1, WINDOW / 2), open_for, circuit }
    }

    /// Ask to make an attempt.
    ///
    /// # Errors
    /// When none is to be made: gives the time at which to ask again.
    pub fn ask(&self, now: Instant) -> Result<Permit<'_>, Instant> {
        let mut circuit = self.lock();
        match circuit.state {
            State::Closed(_) => {}
            State::Open { until } if now >= until => self.change(&mut circuit, State::HalfOpen { until }),
            State::Open { until } => return Err(until),
            // the probe's outcome may come at any moment
            State::HalfOpen { .. } => return Err(now),
        }
        Ok(Permit { breaker: self, epoch: circuit.epoch })
    }

    /// What it does with calls now.
    pub fn state(&self) -> BreakerState {
        match self.lock().state {
            State::Closed(_) => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    fn change(&self, circuit: &mut Circuit, state: State) {
        match state {
            State::Open { .. } => tracing::warn!(peer = %self.peer, "circuit opened: the peer keeps failing"),
            State::Closed(_) => tracing::info!(peer = %self.peer, "circuit closed: the peer answers again"),
            State::HalfOpen { .. } => tracing::debug!(peer = %self.peer, "circuit half-open: probing the peer"),
        }
        circuit.state = state;
        circuit.epoch += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        // no code that could panic runs under the lock
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission to make one attempt. Tell how it went; an attempt that is given up (dropped) says nothing.
#[derive(Debug)]
#[must_use = "an attempt that is not recorded counts as given up"]
pub struct Permit<'b> {
    breaker: &'b Breaker,
    epoch: u64,
}

impl Permit<'_> {
    /// Tell how the attempt went.
    pub fn record(self, failed: bool, now: Instant) {
        let mut circuit = self.breaker.lock();
        if circuit.epoch != self.epoch {
            return;
        }
        let open = State::Open { until: now + self.breaker.open_for };
        match &mut circuit.state {
            State::Closed(outcomes) => {
                outcomes.push(failed);
                if outcomes.too_bad(self.breaker.failures_in_a_row) {
                    self.breaker.change(&mut circuit, open);
                }
            }
            // the permit is of this epoch: it is the probe
            State::HalfOpen { .. } if failed => self.breaker.change(&mut circuit, open),
            State::HalfOpen { .. } => self.breaker.change(&mut circuit, State::Closed(Outcomes::default())),
            State::Open { .. } => {}
        }
    }
}

impl Drop for Permit<'_> {
    /// A probe that was given up lets the next call probe. Otherwise a caller who hangs up would leave the circuit
    /// half-open for ever.
    fn drop(&mut self) {
        let mut circuit = self.breaker.lock();
        if let State::HalfOpen { until } = circuit.state
            && circuit.epoch == self.epoch
        {
            circuit.state = State::Open { until };
            circuit.epoch += 1;
        }
    }
}

#[cfg(test)]
mod tests;
