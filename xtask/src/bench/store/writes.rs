//! Durable writes, each round in turn: the disk alone, ours on SQLite, `redis-benchmark`, ours on Redis.

use anyhow::Result;
use serde::Deserialize;

use super::super::disk;
use super::super::figures::{Rounds, float};
use super::super::lab::Lab;
use super::super::redis::Redis;
use super::limit::limit as commits_of_redis;
use super::program::Program;

/// Writers at a time, where there are many.
pub const WRITERS: usize = 64;

/// Writes on one replica that are waited for on another.
const FOLLOWED: &str = "200";

/// What one contestant reached in each round.
pub struct Rates {
    /// As the tables call it.
    pub name: String,
    /// In a second.
    pub per_second: Rounds,
    /// Seconds; none where nobody measured it.
    pub p50: Option<Rounds>,
    /// Seconds.
    pub p99: Option<Rounds>,
}

/// All of them.
pub struct Outcome {
    /// Blocks of 4 KiB made safe in a second, one after the other.
    pub disk: Rates,
    /// One writer and many.
    pub sqlite: [Rates; 2],
    /// `redis-benchmark`, with one connection and with many.
    pub limit: [Rates; 2],
    /// One writer and many.
    pub redis: [Rates; 2],
    /// Until another replica on the same Redis shows a write, in seconds: half, and 99 in 100.
    pub followed: [Rounds; 2],
    /// The same on one file of SQLite.
    pub followed_on_sqlite: [Rounds; 2],
}

#[derive(Deserialize)]
struct Written {
    writes: u64,
    seconds: f64,
    p50: f64,
    p99: f64,
}

#[derive(Deserialize)]
struct Followed {
    p50: f64,
    p99: f64,
}

/// Figures as they come: rate, p50, p99.
#[derive(Default)]
struct Columns(Vec<[f64; 3]>);

impl Columns {
    fn rates(self, name: &str) -> Rates {
        let column = |number: usize| Rounds::new(self.0.iter().map(|row| row[number]));
        Rates { name: name.to_owned(), per_second: column(0), p50: Some(column(1)), p99: Some(column(2)) }
    }
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 9
}

/// Measure.
///
/// # Errors
/// When something does not run.
pub fn measure(lab: &Lab, program: &Program) -> Result<Outcome> {
    let redis = Redis::start(&lab.file("redis"), lab.cores.server)?;
    let mut disk = vec![];
    let (mut sqlite, mut limit, mut ours) = <([Columns; 2], [Columns; 2], [Columns; 2])>::default();
    let (mut followed, mut on_sqlite) = (vec![], vec![]);
    for round in 0..lab.rounds {
        lab.announce("the disk");
        disk.push(disk::syncs_per_second(lab.folder(), lab.length())?);
        lab.advance();
        for (place, writers) in [1, WRITERS].into_iter().enumerate() {
            lab.announce("SQLite");
            let url = format!("sqlite:{}", lab.file(&format!("writes-{writers}-{round}.db")).display());
            sqlite[place].0.push(write(program, &url, writers, lab.seconds)?);
            lab.advance();
            lab.announce("redis-benchmark");
            let alone = commits_of_redis(&redis, program, lab.cores.load, writers, lab.length())?;
            limit[place].0.push([alone.per_second, alone.p50, alone.p99]);
            lab.advance();
            lab.announce("Redis");
            redis.ask(&["flushall"])?;
            ours[place].0.push(write(program, &redis.url(), writers, lab.seconds)?);
            lab.advance();
        }
        lab.announce("replicas");
        followed.push(program.figures::<Followed>(&redis.url(), &["follow", FOLLOWED])?);
        lab.advance();
        let url = format!("sqlite:{}", lab.file(&format!("follow-{round}.db")).display());
        on_sqlite.push(program.figures::<Followed>(&url, &["follow", "20"])?);
        lab.advance();
    }
    let [sqlite_one, sqlite_many] = sqlite;
    let [limit_one, limit_many] = limit;
    let [one, many] = ours;
    let delays = |seen: &[Followed]| {
        [Rounds::new(seen.iter().map(|seen| seen.p50)), Rounds::new(seen.iter().map(|seen| seen.p99))]
    };
    let disk = Rates { name: "the disk alone".to_owned(), per_second: Rounds::new(disk), p50: None, p99: None };
    Ok(Outcome {
        disk,
        sqlite: [sqlite_one.rates("store on SQLite, 1 writer"), sqlite_many.rates("store on SQLite, 64 writers")],
        limit: [limit_one.rates("redis-benchmark, 1 client"), limit_many.rates("redis-benchmark, 64 clients")],
        redis: [one.rates("store on Redis, 1 writer"), many.rates("store on Redis, 64 writers")],
        followed: delays(&followed),
        followed_on_sqlite: delays(&on_sqlite),
    })
}

fn write(program: &Program, url: &str, writers: usize, seconds: u32) -> Result<[f64; 3]> {
    let (writers, seconds) = (writers.to_string(), seconds.to_string());
    let Written { writes, seconds, p50, p99 } = program.figures(url, &["write", &writers, &seconds])?;
    Ok([float(writes) / seconds, p50, p99])
}
