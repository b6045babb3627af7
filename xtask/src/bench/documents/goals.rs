//! What the documents API is to reach.

use super::super::figures::{Rounds, megabytes};
use super::super::goals::{Goal, at_least, at_most};
use super::Outcome;

/// Of the lower one of its limits.
pub const OF_LIMIT: f64 = 0.7;
/// Resident bytes, whatever the size of the file: 64 MiB.
pub const MEMORY: f64 = 67_108_864.0;

/// The lower of two limits.
pub fn lower<'a>(one: &'a Rounds, other: &'a Rounds) -> &'a Rounds {
    if one.median() <= other.median() { one } else { other }
}

/// The goals.
pub fn of(outcome: &Outcome) -> Vec<Goal> {
    let up = outcome.up.ratio_to(lower(&outcome.written, &outcome.loopback));
    let down = outcome.down.ratio_to(lower(&outcome.read, &outcome.loopback));
    let (_, peak, mib) = outcome.memory;
    vec![
        at_least("uploads, share of the disk or the loopback, whichever is lower", up, OF_LIMIT),
        at_least("downloads, share of the page cache or the loopback, whichever is lower", down, OF_LIMIT),
        at_most(&format!("memory of the process, with a file of {mib} MiB"), peak, MEMORY, megabytes),
    ]
}
