//! What is asked of each way, in each round.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;

use super::super::figures::{Rounds, float};
use super::super::lab::Lab;
use super::house::{House, without};
use super::uploads::{self, Client, Crowd};
use super::ways::Way;
use crate::stopwatch::Stopwatch;

/// Uploads of one client, one after another.
pub const ONE_BY_ONE: usize = 200;
/// Clients at the same time.
pub const CLIENTS: u64 = 8;
/// Uploads that are tried while the backup cannot write.
pub const WITHOUT_BACKUP: usize = 50;
/// Before memory is read.
const SETTLE: Duration = Duration::from_millis(500);
/// Before and after the kill, with uploads.
const AROUND: Duration = Duration::from_millis(500);

/// All rounds of one way.
pub struct Outcome {
    /// The way.
    pub name: &'static str,
    /// Processes that it runs as.
    pub processes: usize,
    /// Files of its code.
    pub files: usize,
    /// Lines in them that are not empty.
    pub lines: usize,
    /// Bytes of its programs.
    pub program: u64,
    /// Seconds until all its processes answered.
    pub started: Rounds,
    /// Resident bytes of all processes, before the first upload.
    pub idle: Rounds,
    /// Seconds that half of the uploads of one client stayed below.
    pub p50: Rounds,
    /// The same for 99 in 100.
    pub p99: Rounds,
    /// Uploads a second of several clients.
    pub many: Rounds,
    /// Seconds of processor time for one of those, of all processes.
    pub processor: Rounds,
    /// The share of uploads that was accepted while the backup could not write.
    pub accepted: Rounds,
    /// Uploads that failed while the process that copies was killed and started again.
    pub failed: Rounds,
}

/// What was seen in one round.
struct Sample {
    processes: usize,
    started: f64,
    idle: f64,
    p50: f64,
    p99: f64,
    many: f64,
    processor: f64,
    accepted: f64,
    failed: f64,
}

/// Measure each way in each round.
///
/// # Errors
/// When one does not start, or refuses what it should take.
pub fn all(lab: &Lab, ways: &[Way]) -> Result<Vec<Outcome>> {
    let mut samples: Vec<Vec<Sample>> = ways.iter().map(|_| vec![]).collect();
    for round in 0..lab.rounds {
        for (place, (way, samples)) in ways.iter().zip(&mut samples).enumerate() {
            lab.announce(way.name);
            let folder = lab.file(&format!("way-{place}-{round}"));
            samples.push(one(lab, way.start(lab, &folder)?)?);
            std::fs::remove_dir_all(folder)?;
            lab.advance();
        }
    }
    ways.iter().zip(samples).map(|(way, samples)| outcome(way, &samples)).collect()
}

fn one(lab: &Lab, mut house: House) -> Result<Sample> {
    let url = house.url()?;
    sleep(SETTLE);
    let idle = float(house.usage()?.resident);
    let mut client = Client::of(&url, 1);
    let times = uploads::one_by_one(&mut client, ONE_BY_ONE)?;

    let clients = |first: u64| (first..first + CLIENTS).map(|number| Client::of(&url, number)).collect();
    let (before, stopwatch) = (house.usage()?, Stopwatch::start());
    let (crowd, ()) = uploads::meanwhile(clients(100), |_| sleep(lab.length()));
    let (took, after) = (stopwatch.elapsed(), house.usage()?);
    let accepted = count(&crowd).0.max(1.0);
    let processor = after.processor.saturating_sub(before.processor).as_secs_f64() / accepted;

    let taken = without(&house.backup.clone(), || (0..WITHOUT_BACKUP).filter(|_| client.upload()).count())?;
    let (crowd, restarted) = uploads::meanwhile(clients(200), |_| {
        sleep(AROUND);
        let restarted = house.restart_what_copies(lab);
        sleep(AROUND);
        restarted
    });
    restarted?;
    Ok(Sample {
        processes: house.processes(),
        started: house.started_in.as_secs_f64(),
        idle,
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
        many: accepted / took.as_secs_f64(),
        processor,
        accepted: float(taken as u64) / float(WITHOUT_BACKUP as u64),
        failed: count(&crowd).1,
    })
}

/// Accepted, and failed.
fn count(crowd: &Crowd) -> (f64, f64) {
    use std::sync::atomic::Ordering::Relaxed;
    (float(crowd.accepted.load(Relaxed)), float(crowd.failed.load(Relaxed)))
}

fn outcome(way: &Way, samples: &[Sample]) -> Result<Outcome> {
    let each = |figure: fn(&Sample) -> f64| Rounds::new(samples.iter().map(figure));
    let (files, lines) = way.size()?;
    Ok(Outcome {
        name: way.name,
        processes: samples.first().map_or(0, |sample| sample.processes),
        files,
        lines,
        program: way.program_bytes()?,
        started: each(|sample| sample.started),
        idle: each(|sample| sample.idle),
        p50: each(|sample| sample.p50),
        p99: each(|sample| sample.p99),
        many: each(|sample| sample.many),
        processor: each(|sample| sample.processor),
        accepted: each(|sample| sample.accepted),
        failed: each(|sample| sample.failed),
    })
}
