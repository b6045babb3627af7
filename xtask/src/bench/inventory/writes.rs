//! The third scenario: new servers, each answered when it is safe on the disk, by one writer and by 64 at a time.

use anyhow::{Context, Result, ensure};

use super::super::disk;
use super::super::figures::Rounds;
use super::super::lab::{Lab, Question, Sample, Series};
use super::contestants::{Built, TOKEN};
use crate::workspace;

/// Writers at a time, in the second half.
pub const WRITERS: usize = 64;

/// The disk's own rate, and ours.
pub struct Outcome {
    /// Blocks of 4 KiB made safe in a second, one after the other.
    pub disk: Rounds,
    /// One writer, who waits for each answer.
    pub one: Series,
    /// Many writers.
    pub many: Series,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 3
}

/// Measure.
///
/// # Errors
/// When the service does not run, or has fewer servers than it acknowledged.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let mut disk = vec![];
    let mut one = Series::new("inventory-api, 1 writer");
    let mut many = Series::new("inventory-api, 64 writers");
    for round in 0..lab.rounds {
        lab.announce("the disk");
        disk.push(disk::syncs_per_second(lab.folder(), lab.length())?);
        lab.advance();
        for (series, connections) in [(&mut one, 1), (&mut many, WRITERS)] {
            let sample = write(lab, built, &series.name, connections, round);
            series.push(sample.with_context(|| series.name.clone())?);
        }
    }
    Ok(Outcome { disk: Rounds::new(disk), one, many })
}

/// One run, on a database of its own.
fn write(lab: &Lab, built: &Built, name: &str, connections: usize, round: u32) -> Result<Sample> {
    let database = lab.file(&format!("writes-{connections}-{round}.db"));
    let service = built.inventory(name, &database);
    // makes the database
    drop(lab.start(&service)?);
    let script = workspace::root().join("tests/bench/writes.lua");
    let arguments = [TOKEN.to_owned()];
    let question = Question { path: "/api/v1/servers", connections, script: Some((&script, &arguments)) };
    lab.run(&service, &question, |server, sample| {
        let acknowledged = [&sample.warm_up, &sample.load].iter().map(|load| load.requests - load.refused).sum::<u64>();
        let kept = lab.http.list(&server.url("/api/v1/servers?limit=1"))?.count;
        ensure!(kept >= acknowledged + 2, "{acknowledged} servers were acknowledged on top of 2, but {kept} are there");
        Ok(())
    })
}
