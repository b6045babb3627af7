//! The second scenario: new incidents, each answered when it is safe, on SQLite and on Redis, by one writer and by 64.

use anyhow::{Context, Result};

use super::super::disk;
use super::super::figures::Rounds;
use super::super::lab::{Lab, Question, Sample, Series};
use super::super::redis::{Clients, Redis};
use super::contestants::{Built, TOKEN};
use crate::workspace;

/// Writers at a time: alone, and many.
pub const WRITERS: [usize; 2] = [1, 64];

/// What the service writes for one incident, as a script without the comparison: documents, change log, event, audit.
const SCRIPT: &str = "redis.call('HMGET',KEYS[1],'epoch','revision') \
    redis.call('HINCRBY',KEYS[1],'revision',1) redis.call('HSET',KEYS[2],ARGV[1],ARGV[2]) \
    redis.call('XADD',KEYS[3],'MAXLEN','~',10000,'*','changes',ARGV[2]) redis.call('XADD',KEYS[4],'*','event',ARGV[2]) \
    redis.call('XADD',KEYS[5],'*','entry',ARGV[3]) redis.call('PUBLISH','news',1) return 1";

/// One storage: its limit, and ours, for each number of writers.
pub struct Storage {
    /// As the tables call it.
    pub name: &'static str,
    /// What the limit is.
    pub limit_name: &'static str,
    /// Writes a second that the storage takes at most, for each number of writers.
    pub limit: [Rounds; 2],
    /// Ours.
    pub ours: [Series; 2],
}

/// SQLite and Redis.
pub type Outcome = [Storage; 2];

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 7
}

/// Measure.
///
/// # Errors
/// When a contestant does not run.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let mut disk = vec![];
    let mut scripts = [vec![], vec![]];
    let series = |storage: &str| WRITERS.map(|writers| Series::new(&format!("incidents on {storage}, {writers}")));
    let (mut on_sqlite, mut on_redis) = (series("SQLite"), series("Redis"));
    for round in 0..lab.rounds {
        lab.announce("the disk");
        disk.push(disk::syncs_per_second(lab.folder(), lab.length())?);
        lab.advance();
        for (place, writers) in WRITERS.into_iter().enumerate() {
            let file = lab.file(&format!("writes-{writers}-{round}.db"));
            let sample = write(lab, built, &format!("sqlite:{}", file.display()), writers)?;
            on_sqlite[place].push(sample);
            lab.announce("Redis");
            scripts[place].push(limit(lab, writers)?);
            lab.advance();
            let redis = start(lab)?;
            on_redis[place].push(write(lab, built, &redis.url(), writers)?);
        }
    }
    let disk = Rounds::new(disk);
    Ok([
        Storage { name: "SQLite", limit_name: "the disk alone", limit: [disk.clone(), disk], ours: on_sqlite },
        Storage { name: "Redis", limit_name: "redis-benchmark", limit: scripts.map(Rounds::new), ours: on_redis },
    ])
}

/// One run, on a storage of its own.
fn write(lab: &Lab, built: &Built, store: &str, connections: usize) -> Result<Sample> {
    let service = built.incidents("incidents", store);
    let script = workspace::root().join("tests/bench/incidents.lua");
    let arguments = [TOKEN.to_owned()];
    let question = Question { path: "/api/v1/incidents", connections, script: Some((&script, &arguments)) };
    lab.run(&service, &question, |_, _| Ok(())).with_context(|| format!("{connections} writers on {store}"))
}

/// The same work by redis-benchmark, on a Redis of its own.
fn limit(lab: &Lab, clients: usize) -> Result<f64> {
    let redis = start(lab)?;
    let document = format!(r#"{{"version":1,"document":{{"id":"INC-__rand_int__","summary":"{}"}}}}"#, "x".repeat(500));
    let entry = format!(r#"{{"at":1,"who":"api-token","what":"{}"}}"#, "x".repeat(80));
    let call =
        ["eval", SCRIPT, "5", "meta", "documents", "changes", "outbox", "log", "INC-__rand_int__", &document, &entry];
    let questions = if clients == 1 { 2_000 } else { 20_000 };
    let clients = Clients { core: lab.cores.server, count: clients, questions };
    Ok(redis.benchmark(clients, call)?.per_second)
}

/// It shares the load's core: the service under measurement has the other.
fn start(lab: &Lab) -> Result<Redis> {
    let folder = tempfile::Builder::new().prefix("redis-").tempdir_in(lab.folder())?.keep();
    Redis::start(&folder, lab.cores.load)
}
