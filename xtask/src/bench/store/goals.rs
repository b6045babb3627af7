//! What the store is to reach.

use super::super::goals::{Goal, at_least};
use super::writes::Outcome;

/// One writer on SQLite, as a share of the disk's rate.
pub const SQLITE: f64 = 0.7;
/// Many writers on SQLite, as a multiple of it.
pub const SQLITE_MANY: f64 = 1.0;
/// Writers on Redis, as a share of the rate of `redis-benchmark` with as many connections.
pub const REDIS: f64 = 0.6;

/// The goals.
pub fn of(outcome: &Outcome) -> Vec<Goal> {
    let disk = &outcome.disk.per_second;
    let [one, many] = &outcome.sqlite;
    let on_redis = |place: usize| outcome.redis[place].per_second.ratio_to(&outcome.limit[place].per_second);
    vec![
        at_least("SQLite, 1 writer, share of the disk's rate", one.per_second.ratio_to(disk), SQLITE),
        at_least("SQLite, 64 writers, times the disk's rate", many.per_second.ratio_to(disk), SQLITE_MANY),
        at_least("Redis, 1 writer, share of redis-benchmark", on_redis(0), REDIS),
        at_least("Redis, 64 writers, share of redis-benchmark", on_redis(1), REDIS),
    ]
}
