//! `cargo xtask bench frontend`: the status page, also while many keep it open, and everything in one process.

mod built;
mod goals;
mod open;
mod readers;
mod reads;
mod sections;
mod up;

use anyhow::Result;
use clap::ValueEnum;

use super::goals::Goal;
use super::lab::Series;
use super::plot::{Chart, Kind, MORE, Plot, bar};
use super::report::{About, Report};
use super::section::Section;
use super::session::Session;
use built::Built;

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
    /// The page and `summary.json` against bare actix; memory and start
    Reads,
    /// The page while 1,000 and 10,000 keep it open, with and without changes
    Open,
    /// `polyops up`: start, memory, and the time from an announcement until it stands on an open page
    Up,
}

impl Args {
    fn wants(&self, scenario: Scenario) -> bool {
        self.only.is_empty() || self.only.contains(&scenario)
    }
}

/// What was measured; what was not asked for is missing.
#[derive(Default)]
struct Outcome {
    reads: Option<Vec<reads::Body>>,
    open: Option<Vec<open::Crowd>>,
    up: Option<up::Outcome>,
}

impl Outcome {
    fn goals(&self) -> Vec<Goal> {
        let reads = self.reads.iter().flat_map(|bodies| goals::of_reads(bodies));
        let open = self.open.iter().flat_map(|crowds| goals::of_open(crowds));
        let up = self.up.iter().flat_map(goals::of_up);
        reads.chain(open).chain(up).collect()
    }

    fn sections(&self) -> Vec<Section> {
        let reads = self.reads.as_deref().map(sections::reads);
        let open = self.open.as_deref().map(sections::open);
        let up = self.up.as_ref().map(sections::up);
        [reads, open, up].into_iter().flatten().collect()
    }

    fn picture(&self) -> Plot {
        let chart = |body: &reads::Body| {
            let goal = reads::SHARE * body.limit.per_second().median();
            let bars = vec![
                bar(&body.limit, Series::per_second, super::figures::count, Kind::Limit, None),
                bar(&body.ours, Series::per_second, super::figures::count, Kind::Ours, Some(goal)),
            ];
            Chart { title: format!("{}: requests a second", body.what), better: MORE, bars }
        };
        let charts = self.reads.iter().flatten().map(chart).chain(self.open.as_deref().map(open::chart)).collect();
        Plot { title: "The status page beside its limits".to_owned(), charts }
    }

    /// See [`Report::least_share`]: only reads bring a server to its limit.
    fn least_share(&self) -> f64 {
        let reads = self.reads.iter().flatten().flat_map(|body| [&body.limit, &body.ours]);
        reads.map(Series::least_share_of_core).fold(1.0, f64::min)
    }
}

const ABOUT: About = About {
    name: "frontend",
    title: "Benchmark of the status page",
    text: "How many people can read the status page, also while thousands keep it open, how soon they see what is announced, \
           and what the whole system takes in one process.",
    picture: "Bars: pages a second beside their limit; the time that 99 in 100 readers wait, beside how many keep it open.",
    takes: "about five minutes",
    notes: "",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let built = Built::now()?;
    let (lab, machine) = args.session.open(cores, |rounds| {
        let runs = [
            (Scenario::Reads, reads::runs(rounds)),
            (Scenario::Open, open::runs(rounds)),
            (Scenario::Up, up::runs(rounds)),
        ];
        runs.iter().filter(|(scenario, _)| args.wants(*scenario)).map(|(_, runs)| runs).sum()
    })?;
    let mut outcome = Outcome::default();
    if args.wants(Scenario::Reads) {
        outcome.reads = Some(reads::measure(&lab, &built)?);
    }
    if args.wants(Scenario::Open) {
        outcome.open = Some(open::measure(&lab, &built)?);
    }
    if args.wants(Scenario::Up) {
        outcome.up = Some(up::measure(&lab, &built)?);
    }
    lab.close();
    let (rounds, seconds) = args.session.size();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: outcome.goals(),
        sections: outcome.sections(),
        plot: outcome.picture(),
        least_share: outcome.least_share(),
    };
    args.session.tell(&report, args.only.is_empty())
}
