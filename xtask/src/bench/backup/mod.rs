//! `cargo xtask bench backup`: how long after the answer to an upload the backup has it, and how fast it copies.

mod house;
mod lag;
mod sections;

use std::time::Duration;

use anyhow::{Context, Result};

use super::documents::limits;
use super::documents::transfer::{Pieces, rate, upload};
use super::figures::{Rounds, float, megabytes, time};
use super::goals::{Goal, at_least, at_most};
use super::lab::Lab;
use super::report::{About, Report};
use super::session::Session;
use house::Built;
use jiff::Timestamp;
use lag::{Answered, percentile};

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
    /// MiB of the large file
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    mib: u32,
}

/// MiB that a page in the documentation needs at least.
const COMPLETE: u32 = 512;
/// From one small file of a trickle to the next.
const DISTANCE: Duration = Duration::from_millis(50);
/// Clients of a burst, and files of each.
const CLIENTS: u64 = 8;
const FILES: usize = 50;

/// Seconds until a file of a trickle is copied, at p50 and p99.
const LAG: (f64, f64) = (0.05, 0.25);
/// Seconds until a file of a burst is copied, at p99.
const BURST_LAG: f64 = 2.0;
/// Of what the disk takes alone.
const OF_DISK: f64 = 0.5;
/// Resident bytes, whatever the size of the file: 64 MiB.
const MEMORY: f64 = 67_108_864.0;

const ABOUT: About = About {
    name: "backup",
    title: "Benchmark of the backup",
    text: "How long after the answer to an upload the backup has the file, for good; and how fast it copies a large one, \
           beside what the disk takes in the same minute.",
    picture: "Bars: seconds from the answer to an upload until it is copied, at p50 and p99.",
    takes: "about two minutes",
    notes: "\
- The lag begins when the client has read the answer 201 to its last byte, and ends when the backup's catalogue is synced with
  the change in it, after the content and its name. The backup notes that moment in its log (`LOG_LEVEL=debug`, the line
  `copied`), to the microsecond; both moments are of this machine's clock. The log is read when no upload is under way any
  more: nothing looks at the backup while it is measured.
- The three services share one core, the clients have the other. The API writes and syncs its own copy to the same disk while
  the backup writes its: the disk's own figure is that of one program alone.
- `wrk` is not used here: the clients are connections of `xtask` itself, each of which waits for its answer.
",
};

/// Lags of one way to upload, in each round.
pub struct Lags {
    /// In words.
    pub what: &'static str,
    /// Files of all rounds.
    pub files: usize,
    /// Half of the files were copied after so many seconds.
    pub p50: Rounds,
    /// 99 in 100 were.
    pub p99: Rounds,
    /// All were.
    pub most: Rounds,
}

/// All figures.
pub struct Outcome {
    /// A trickle, a burst, and beside a large file.
    pub lags: [Lags; 3],
    /// Files copied in a second, from the first answer of a burst until all are copied.
    pub burst: Rounds,
    /// Megabytes a second of the large file.
    pub copied: Rounds,
    /// The same of the disk alone.
    pub disk: Rounds,
    /// The most resident bytes of the backup.
    pub memory: Rounds,
}

/// What was seen in one round.
struct Sample {
    lags: [Vec<f64>; 3],
    burst: f64,
    copied: f64,
    disk: f64,
    memory: f64,
}

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let built = Built::now()?;
    let (lab, machine) = args.session.open(cores, |rounds| rounds * 4)?;
    let mut samples = Vec::new();
    for round in 0..lab.rounds {
        samples.push(measure(&lab, &built, round, args.mib).with_context(|| format!("round {round}"))?);
    }
    lab.close();
    let outcome = Outcome::of(&samples);
    let (rounds, seconds) = args.session.size();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals(&outcome),
        sections: vec![sections::lags(&outcome), sections::rate(&outcome, args.mib)],
        plot: sections::picture(&outcome),
        // they wait for the disk: none is at its core's limit
        least_share: 1.0,
    };
    args.session.tell(&report, args.mib >= COMPLETE)
}

fn measure(lab: &Lab, built: &Built, round: u32, mib: u32) -> Result<Sample> {
    lab.announce("the disk");
    let (pieces, file) = (Pieces::of(mib, round), lab.file("limit"));
    let disk = limits::write(&file, pieces)?;
    std::fs::remove_file(&file)?;
    lab.advance();
    let house = built.start(lab, round)?;
    lab.announce("a trickle");
    let trickle = lag::trickle(&house.api, 1, lab.length(), Some(DISTANCE))?;
    let mut count = trickle.len();
    house.copied(count)?;
    lab.advance();
    lab.announce("a burst");
    let first = Timestamp::now();
    let burst = lag::burst(&house.api, 2, CLIENTS, FILES)?;
    count += burst.len();
    let copied = house.copied(count)?;
    let last = burst.iter().filter_map(|answered| copied.get(&answered.file)).max().copied().unwrap_or(first);
    let per_second = float(burst.len() as u64) / last.duration_since(first).as_secs_f64();
    lab.advance();
    lab.announce("a large file");
    let large = Answered { file: upload(&house.api, "large", pieces)?.id, at: Timestamp::now() };
    let beside = lag::trickle(&house.api, 2 + CLIENTS, lab.length(), Some(DISTANCE))?;
    count += beside.len() + 1;
    let copied = house.copied(count)?;
    let end = copied.get(&large.file).copied().context("the large file was not copied")?;
    let beside: Vec<Answered> = beside.into_iter().filter(|answered| answered.at < end).collect();
    lab.advance();
    Ok(Sample {
        lags: [lag::seconds(&trickle, &copied)?, lag::seconds(&burst, &copied)?, lag::seconds(&beside, &copied)?],
        burst: per_second,
        copied: rate(pieces.bytes(), end.duration_since(large.at).try_into().unwrap_or(Duration::MAX)),
        disk,
        memory: float(house.usage()?.peak),
    })
}

impl Outcome {
    fn of(samples: &[Sample]) -> Self {
        let each = |figure: fn(&Sample) -> f64| Rounds::new(samples.iter().map(figure));
        let lags = |place: usize, what| {
            // a large file that was copied before anything else was uploaded has held up nothing
            let rounds: Vec<&Vec<f64>> =
                samples.iter().map(|sample| &sample.lags[place]).filter(|lags| !lags.is_empty()).collect();
            let at = |percent| Rounds::new(rounds.iter().map(|lags| percentile(lags, percent)));
            Lags { what, files: rounds.iter().map(|lags| lags.len()).sum(), p50: at(50), p99: at(99), most: at(100) }
        };
        Self {
            lags: [lags(0, "a trickle"), lags(1, "a burst"), lags(2, "beside a large file")],
            burst: each(|sample| sample.burst),
            copied: each(|sample| sample.copied),
            disk: each(|sample| sample.disk),
            memory: each(|sample| sample.memory),
        }
    }
}

fn goals(outcome: &Outcome) -> Vec<Goal> {
    let [trickle, burst, _] = &outcome.lags;
    vec![
        at_most("lag of a trickle, p50", trickle.p50.median(), LAG.0, time),
        at_most("lag of a trickle, p99", trickle.p99.median(), LAG.1, time),
        at_most("lag of a burst, p99", burst.p99.median(), BURST_LAG, time),
        at_least("a large file, share of the disk", outcome.copied.ratio_to(&outcome.disk), OF_DISK),
        at_most("memory of the backup", outcome.memory.median(), MEMORY, megabytes),
    ]
}
