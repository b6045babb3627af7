//! The limit: `redis-benchmark` with the script of a commit.

use std::time::Duration;

use anyhow::{Result, bail};
use serde::Deserialize;

use super::super::redis::{Clients, Redis, Seen};
use super::program::Program;

/// Commits by which it is found out how many go into the measured time.
const FIRST: u32 = 500;

/// What the store says of its script.
#[derive(Deserialize)]
struct Commit {
    script: String,
    keys: Vec<String>,
    arguments: Vec<String>,
}

/// Have `redis-benchmark` make commits of one document each, on this core, from so many connections.
///
/// # Errors
/// When it does not run, or Redis refuses what it sends.
pub fn limit(redis: &Redis, program: &Program, core: usize, clients: usize, time: Duration) -> Result<Seen> {
    let commit: Commit = program.figures(&redis.url(), &["script"])?;
    redis.ask(&["flushall"])?;
    redis.ask(&["hset", &commit.keys[0], "epoch", "the epoch", "revision", "0"])?;
    let sha = redis.ask(&["script", "load", &commit.script])?;
    let commits = |questions| {
        let keys = commit.keys.len().to_string();
        let call = ["evalsha", &sha, &keys].into_iter();
        let call = call.chain(commit.keys.iter().chain(&commit.arguments).map(String::as_str));
        redis.benchmark(Clients { core, count: clients, questions }, call)
    };
    let first = commits(FIRST)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands a second")]
    let wanted = ((first.per_second * time.as_secs_f64()) as u32).max(FIRST);
    redis.ask(&["hset", &commit.keys[0], "revision", "0"])?;
    redis.ask(&["del", &commit.keys[2]])?;
    let seen = commits(wanted)?;
    let made = redis.ask(&["hget", &commit.keys[0], "revision"])?;
    if made != wanted.to_string() {
        bail!("redis-benchmark was to make {wanted} commits, and made {made}");
    }
    Ok(seen)
}
