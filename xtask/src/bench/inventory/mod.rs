//! `cargo xtask bench inventory`: three scenarios, interleaved rounds, the goals, and the page that tells of them.

mod contestants;
mod goals;
mod list;
mod page;
mod picture;
mod sections;
mod writes;

use anyhow::Result;
use clap::ValueEnum;

use super::contestant::Contestant;
use super::goals::Goal;
use super::lab::{Lab, Series};
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
    /// The list of the course's two servers, against bare actix, FastAPI and Flask; memory and start
    List,
    /// A page of 100 servers out of 10,000, against bare actix, and against the same page out of 101
    Page,
    /// New servers on SQLite, each safe on the disk, against the disk's own rate
    Writes,
}

impl Args {
    fn wants(&self, scenario: Scenario) -> bool {
        self.only.is_empty() || self.only.contains(&scenario)
    }
}

/// What was measured; what was not asked for is missing.
#[derive(Default)]
pub struct Outcome {
    /// See [`list`].
    pub list: Option<list::Outcome>,
    /// See [`page`].
    pub page: Option<page::Outcome>,
    /// See [`writes`].
    pub writes: Option<writes::Outcome>,
}

impl Outcome {
    fn goals(&self) -> Vec<Goal> {
        let list = self.list.iter().flat_map(goals::of_list);
        let page = self.page.iter().flat_map(goals::of_page);
        let writes = self.writes.iter().flat_map(goals::of_writes);
        list.chain(page).chain(writes).collect()
    }

    fn sections(&self) -> Vec<Section> {
        let list = self.list.as_ref().map(sections::list);
        let page = self.page.as_ref().map(sections::page);
        let writes = self.writes.as_ref().map(sections::writes);
        [list, page, writes].into_iter().flatten().collect()
    }

    /// See [`Report::least_share`].
    fn least_share(&self) -> f64 {
        let list = self.list.iter().flat_map(|list| [&list.limit, &list.ours]);
        let page = self.page.iter().flat_map(|page| [&page.limit, &page.few, &page.many]);
        list.chain(page).map(Series::least_share_of_core).fold(1.0, f64::min)
    }
}

const ABOUT: About = About {
    name: "inventory",
    title: "Benchmark of the inventory API",
    text: "How fast the inventory API is, what it costs, and how far that is from what the machine can do at all.",
    picture: "Bars: requests a second, writes a second, memory and start-up time of the inventory API, its limits and its \
              peers.",
    takes: "about five minutes",
    notes: "\
- The peers answer from a list in memory, and have no database, no metrics and no checks of their own: they do less work
  than ours.
",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let built = Built::now()?;
    let peers = if args.wants(Scenario::List) { contestants::peers()? } else { vec![] };
    let (lab, machine) = args.session.open(cores, |rounds| {
        let runs = [
            (Scenario::List, list::runs(rounds, peers.len())),
            (Scenario::Page, page::runs(rounds)),
            (Scenario::Writes, writes::runs(rounds)),
        ];
        runs.iter().filter(|(scenario, _)| args.wants(*scenario)).map(|(_, runs)| runs).sum()
    })?;
    let outcome = measure(args, &lab, &built, &peers)?;
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

fn measure(args: &Args, lab: &Lab, built: &Built, peers: &[Contestant]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    if args.wants(Scenario::List) {
        outcome.list = Some(list::measure(lab, built, peers)?);
    }
    if args.wants(Scenario::Page) {
        outcome.page = Some(page::measure(lab, built)?);
    }
    if args.wants(Scenario::Writes) {
        outcome.writes = Some(writes::measure(lab, built)?);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn only_picks_scenarios() {
        let args = Line::parse_from(["bench", "--only=list,writes"]).args;
        let wanted = [Scenario::List, Scenario::Page, Scenario::Writes].map(|scenario| args.wants(scenario));
        assert_eq!(wanted, [true, false, true]);
    }
}
