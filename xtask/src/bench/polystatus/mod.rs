//! `cargo xtask bench polystatus`: reads and writes of incidents on both storages, and logins.

mod contestants;
mod goals;
mod login;
mod picture;
mod reads;
mod sections;
mod writes;

use anyhow::Result;
use clap::ValueEnum;

use super::goals::Goal;
use super::lab::{Lab, Series};
use super::redis::Redis;
use super::report::{About, Report};
use super::section::Section;
use super::session::Session;
use contestants::Built;

/// What to measure, and how much.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
    /// Measure only these, separated by commas; all when left out
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
}

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// One incident and a list of a hundred, on SQLite and on Redis, against bare actix; memory and start
    Reads,
    /// New incidents on SQLite and on Redis, against the disk and redis-benchmark
    Writes,
    /// Logins a second, and what a flood of them does to everybody else
    Login,
}

impl Args {
    fn wants(&self, scenario: Scenario) -> bool {
        self.only.is_empty() || self.only.contains(&scenario)
    }
}

/// What was measured; what was not asked for is missing.
#[derive(Default)]
pub struct Outcome {
    /// See [`reads`].
    pub reads: Option<reads::Outcome>,
    /// See [`writes`].
    pub writes: Option<writes::Outcome>,
    /// See [`login`].
    pub login: Option<login::Outcome>,
}

impl Outcome {
    fn goals(&self) -> Vec<Goal> {
        let reads = self.reads.iter().flat_map(goals::of_reads);
        let writes = self.writes.iter().flat_map(goals::of_writes);
        let login = self.login.iter().flat_map(goals::of_login);
        reads.chain(writes).chain(login).collect()
    }

    fn sections(&self) -> Vec<Section> {
        let reads = self.reads.as_ref().map(sections::reads);
        let writes = self.writes.as_ref().map(sections::writes);
        let login = self.login.as_ref().map(sections::login);
        [reads, writes, login].into_iter().flatten().collect()
    }

    /// See [`Report::least_share`]: only reads bring a server to its limit.
    fn least_share(&self) -> f64 {
        let reads = self.reads.iter().flatten().flat_map(|body| [&body.limit, &body.sqlite, &body.redis]);
        reads.map(Series::least_share_of_core).fold(1.0, f64::min)
    }
}

const ABOUT: About = About {
    name: "polystatus",
    title: "Benchmark of PolyStatus",
    text: "How fast PolyStatus reads and writes incidents on SQLite and on Redis, how many people can log in, and how far \
           that is from what the machine can do at all.",
    picture: "Bars: requests and writes a second, and what a flood of logins does to everybody else.",
    takes: "about six minutes",
    notes: "",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    Redis::install()?;
    let built = Built::now()?;
    let (lab, machine) = args.session.open(cores, |rounds| {
        let runs = [
            (Scenario::Reads, reads::runs(rounds)),
            (Scenario::Writes, writes::runs(rounds)),
            (Scenario::Login, login::runs(rounds)),
        ];
        runs.iter().filter(|(scenario, _)| args.wants(*scenario)).map(|(_, runs)| runs).sum()
    })?;
    let outcome = measure(args, &lab, &built)?;
    lab.close();
    let (rounds, seconds) = args.session.size();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: outcome.goals(),
        sections: outcome.sections(),
        plot: picture::of(&outcome),
        least_share: outcome.least_share(),
    };
    args.session.tell(&report, args.only.is_empty())
}

fn measure(args: &Args, lab: &Lab, built: &Built) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    if args.wants(Scenario::Reads) {
        outcome.reads = Some(reads::measure(lab, built)?);
    }
    if args.wants(Scenario::Writes) {
        outcome.writes = Some(writes::measure(lab, built)?);
    }
    if args.wants(Scenario::Login) {
        outcome.login = Some(login::measure(lab, built)?);
    }
    Ok(outcome)
}
