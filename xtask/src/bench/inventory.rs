//! `cargo xtask bench inventory`: three scenarios, interleaved rounds, the goals, and the page that tells of them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use super::contestants::{self, Built};
use super::cores::Cores;
use super::figures::about;
use super::goals::{self, Goal};
use super::lab::Lab;
use super::machine::Machine;
use super::report::Report;
use super::{list, page, picture, writes};
use crate::{tools, workspace};

/// How much to measure, and what to do with it.
#[derive(clap::Args)]
pub struct Args {
    /// How often each contestant has its turn
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How long each turn is measured, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// One round of one second: to see that it works, not to learn figures
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Measure only these, separated by commas; all when left out
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
    /// Write docs/benchmarks.md even if other programs are running; its figures will say so
    #[arg(long)]
    write: bool,
    /// End with an error when a goal is missed
    #[arg(long)]
    check: bool,
    /// The date to write into the report, as YYYY-MM-DD; today when left out
    #[arg(long)]
    date: Option<String>,
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

    /// Rounds, and seconds of each turn.
    fn size(&self) -> (u32, u32) {
        if self.quick { (1, 1) } else { (self.rounds, self.seconds) }
    }

    /// Where the report belongs: only complete figures of a quiet machine may stand in the documentation.
    fn folder(&self, busy: bool) -> PathBuf {
        let complete = self.only.is_empty() && self.size().0 >= 3;
        if complete && (!busy || self.write) {
            workspace::root().join("docs")
        } else {
            workspace::target().join("bench")
        }
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
}

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Cores::take()?;
    tools::apt("the benchmark", &[("wrk", "wrk"), ("util-linux", "taskset"), ("util-linux", "setpriv")])?;
    let built = Built::now()?;
    let peers = if args.wants(Scenario::List) { contestants::peers()? } else { vec![] };

    let (rounds, seconds) = args.size();
    let mut lab = Lab::open(cores, rounds, seconds)?;
    let machine = Machine::describe(lab.folder(), args.date.as_deref());
    cores.pin_ourselves()?;
    if machine.is_busy() {
        println!("  note: other programs use {:.0} % of this machine: the figures will be noisy", machine.busy * 100.0);
    }

    let runs = [
        (Scenario::List, list::runs(rounds, peers.len())),
        (Scenario::Page, page::runs(rounds)),
        (Scenario::Writes, writes::runs(rounds)),
    ];
    let runs = runs.iter().filter(|(scenario, _)| args.wants(*scenario)).map(|(_, runs)| runs).sum();
    let time = about(lab.expect_runs(runs));
    println!("  {runs} runs, {rounds} of each, {seconds} s each: about {time}");
    let outcome = measure(args, &lab, &built, &peers)?;
    lab.close();

    let report = Report { machine, rounds, seconds, goals: outcome.goals(), outcome };
    println!("\n{}", report.for_terminal());
    write(&report, &args.folder(report.machine.is_busy()))?;
    match goals::missed(&report.goals) {
        Some(missed) if args.check => bail!("{missed}"),
        _ => Ok(()),
    }
}

fn measure(args: &Args, lab: &Lab, built: &Built, peers: &[contestants::Contestant]) -> Result<Outcome> {
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

fn write(report: &Report, folder: &Path) -> Result<()> {
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write("benchmarks.md", report.for_markdown())?;
    write("benchmarks.svg", picture::of(&report.outcome).svg())?;
    let shown = folder.strip_prefix(workspace::root()).unwrap_or(folder).display();
    println!("  written: {shown}/benchmarks.md and its picture, {shown}/benchmarks.svg");
    Ok(())
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

    fn args(line: &[&str]) -> Args {
        Line::parse_from([&["bench"], line].concat()).args
    }

    fn reaches_the_documentation(line: &[&str], busy: bool) -> bool {
        args(line).folder(busy).ends_with("docs")
    }

    #[test]
    fn only_a_complete_run_reaches_the_documentation() {
        assert!(reaches_the_documentation(&[], false));
        assert!(reaches_the_documentation(&["--rounds=5", "--seconds=1"], false));
        assert!(!reaches_the_documentation(&["--quick"], false));
        assert!(!reaches_the_documentation(&["--rounds=2"], false));
        assert!(!reaches_the_documentation(&["--only=list,page"], false));
    }

    #[test]
    fn figures_of_a_busy_machine_reach_it_only_when_told_to() {
        assert!(!reaches_the_documentation(&[], true));
        assert!(reaches_the_documentation(&["--write"], true));
        assert!(!reaches_the_documentation(&["--write", "--quick"], true));
    }

    #[test]
    fn only_picks_scenarios() {
        let args = args(&["--only=list,writes"]);
        let wanted = [Scenario::List, Scenario::Page, Scenario::Writes].map(|scenario| args.wants(scenario));
        assert_eq!(wanted, [true, false, true]);
    }
}
