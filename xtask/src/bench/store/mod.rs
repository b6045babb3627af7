//! `cargo xtask bench store`: what a commit costs against the disk and against Redis itself, and what many documents
//! cost to load, to hold and to read.

mod documents;
mod goals;
mod limit;
mod picture;
mod program;
mod sections;
mod writes;

use anyhow::Result;

use super::redis::Redis;
use super::report::{About, Report};
use super::session::Session;
use program::Program;

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
}

/// Documents that are loaded.
const DOCUMENTS: u32 = 100_000;

const ABOUT: About = About {
    name: "store",
    title: "Benchmark of the store",
    text: "What it costs to keep documents in `crates/store`: a write that is safe on the disk, on SQLite and on Redis; the \
           time until another replica shows it; and 100,000 documents, to load, to hold in memory and to read.",
    picture: "Bars: writes a second on SQLite against the disk, and on Redis against redis-benchmark.",
    takes: "about four minutes",
    notes: "\
- No HTTP is in these figures: a program calls the store, and runs on the core on which `redis-benchmark` runs in its turn.
  Redis has the other core.
",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    Redis::install()?;
    let program = Program::build(cores)?;
    let (lab, machine) = args.session.open(cores, |rounds| writes::runs(rounds) + documents::runs())?;
    let writes = writes::measure(&lab, &program)?;
    let documents = documents::measure(&lab, &program)?;
    lab.close();
    let (rounds, seconds) = args.session.size();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals::of(&writes),
        sections: vec![sections::sqlite(&writes), sections::redis(&writes), sections::documents(&documents)],
        plot: picture::of(&writes),
        // none has a core to itself: all of them wait for the disk
        least_share: 1.0,
    };
    args.session.tell(&report, true)
}
