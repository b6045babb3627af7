//! What PolyStatus is to reach.

use super::super::figures::{megabytes, ratio, time};
use super::super::goals::{Goal, IDLE, LOADED, START, at_least, at_most, no_failure};
use super::{login, reads, writes};

/// A read, as a share of a fixed body of its size.
pub const READ: f64 = 0.85;
/// One writer on SQLite, as a share of the disk's rate; many, as a multiple of it.
pub const ON_SQLITE: [f64; 2] = [0.7, 1.0];
/// Writers on Redis, as a share of what redis-benchmark does with the same script.
pub const ON_REDIS: f64 = 0.6;
/// What a flood of logins may do to the answers of everybody else, as a multiple of their quiet time.
pub const FLOODED: f64 = 2.0;
/// Logins that succeed while twice as many come as can be hashed, as a share of those of one client.
const GOODPUT: f64 = 0.8;

/// The goals of the reads.
pub fn of_reads(bodies: &reads::Outcome) -> Vec<Goal> {
    let mut goals = vec![];
    for body in bodies {
        let limit = body.limit.per_second();
        for ours in [&body.sqlite, &body.redis] {
            let what = format!("{}, {}, share of the limit", body.what, ours.name);
            goals.push(at_least(&what, ours.per_second().ratio_to(&limit), READ));
        }
        goals.push(no_failure(
            &format!("{}, requests that failed", body.what),
            &[&body.limit, &body.sqlite, &body.redis],
        ));
    }
    let single = &bodies[0].sqlite;
    goals.extend([
        at_most("incidents, memory, idle", single.idle().median(), IDLE, megabytes),
        at_most("incidents, memory, at most under load", single.peak().median(), LOADED, megabytes),
        at_most("incidents, start to first answer", single.started_in().median(), START, time),
    ]);
    goals
}

/// The goals of the writes.
pub fn of_writes([sqlite, redis]: &writes::Outcome) -> Vec<Goal> {
    let mut goals = vec![];
    for (place, writers) in writes::WRITERS.into_iter().enumerate() {
        for (storage, least) in [(sqlite, ON_SQLITE[place]), (redis, ON_REDIS)] {
            let share = storage.ours[place].per_second().ratio_to(&storage.limit[place]);
            goals.push(at_least(&format!("{writers} writing on {}, share of the limit", storage.name), share, least));
        }
    }
    let all: Vec<_> = sqlite.ours.iter().chain(&redis.ours).collect();
    goals.push(no_failure("writes that failed", &all));
    goals
}

/// The goals of the logins.
pub fn of_login(login: &login::Outcome) -> Vec<Goal> {
    let [alone, many, _] = &login.succeeded;
    vec![
        at_least("logins at twice the capacity, share of what one client achieves", many.ratio_to(alone), GOODPUT),
        at_most(
            "p99 of others in a flood of logins, times quiet",
            login.flooded.ratio_to(&login.quiet),
            FLOODED,
            ratio,
        ),
    ]
}
