//! What every benchmark has in common: how much to measure, the machine and its cores, and where the page goes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::cores::Cores;
use super::figures::about;
use super::goals;
use super::lab::Lab;
use super::machine::Machine;
use super::report::Report;
use crate::{tools, workspace};

/// How much to measure, and what to do with it.
#[derive(clap::Args)]
pub struct Session {
    /// How often each contestant has its turn
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How long each turn is measured, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// One round of one second: to see that it works, not to learn figures
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Write the page in docs/benchmarks even if other programs are running; its figures will say so
    #[arg(long)]
    write: bool,
    /// End with an error when a goal is missed
    #[arg(long)]
    check: bool,
    /// The date to write into the report, as YYYY-MM-DD; today when left out
    #[arg(long)]
    date: Option<String>,
}

impl Session {
    /// Rounds, and seconds of each turn.
    pub fn size(&self) -> (u32, u32) {
        if self.quick { (1, 1) } else { (self.rounds, self.seconds) }
    }

    /// Take the cores, and install the load generator.
    ///
    /// # Errors
    /// When there are not two cores, or it cannot be installed.
    pub fn prepare() -> Result<Cores> {
        let cores = Cores::take()?;
        tools::apt("the benchmark", &[("wrk", "wrk"), ("util-linux", "taskset"), ("util-linux", "setpriv")])?;
        Ok(cores)
    }

    /// The lab for so many runs, and what machine it is.
    ///
    /// # Errors
    /// When its folder cannot be made, or this process cannot move to the load's core.
    pub fn open(&self, cores: Cores, runs: impl Fn(u32) -> u32) -> Result<(Lab, Machine)> {
        let (rounds, seconds) = self.size();
        let mut lab = Lab::open(cores, rounds, seconds)?;
        let machine = Machine::describe(lab.folder(), self.date.as_deref());
        cores.pin_ourselves()?;
        if machine.is_busy() {
            let busy = machine.busy * 100.0;
            println!("  note: other programs use {busy:.0} % of this machine: the figures will be noisy");
        }
        let runs = runs(rounds);
        let time = about(lab.expect_runs(runs));
        println!("  {runs} runs, {rounds} of each, {seconds} s each: about {time}");
        Ok((lab, machine))
    }

    /// Print the report, write its page and its picture, and say whether a goal was missed.
    ///
    /// # Errors
    /// When they cannot be written; with `--check`, when a goal was missed.
    pub fn tell(&self, report: &Report, complete: bool) -> Result<()> {
        println!("\n{}", report.for_terminal());
        Self::write(report, &self.folder(complete, report.machine.is_busy()))?;
        match goals::missed(&report.goals) {
            Some(missed) if self.check => bail!("{missed}"),
            _ => Ok(()),
        }
    }

    /// Where the report belongs: only complete figures of a quiet machine may stand in the documentation.
    fn folder(&self, complete: bool, busy: bool) -> PathBuf {
        if complete && self.size().0 >= 3 && (!busy || self.write) {
            workspace::root().join("docs/benchmarks")
        } else {
            workspace::target().join("bench")
        }
    }

    fn write(report: &Report, folder: &Path) -> Result<()> {
        let name = report.about.name;
        let write = |extension: &str, text: String| {
            let path = folder.join(name).with_extension(extension);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        write("md", report.for_markdown())?;
        write("svg", report.plot.svg())?;
        let shown = folder.strip_prefix(workspace::root()).unwrap_or(folder).display();
        println!("  written: {shown}/{name}.md and its picture, {shown}/{name}.svg");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        session: Session,
    }

    fn reaches_the_documentation(line: &[&str], complete: bool, busy: bool) -> bool {
        Line::parse_from([&["bench"], line].concat()).session.folder(complete, busy).ends_with("docs/benchmarks")
    }

    #[test]
    fn only_a_complete_run_reaches_the_documentation() {
        assert!(reaches_the_documentation(&[], true, false));
        assert!(reaches_the_documentation(&["--rounds=5", "--seconds=1"], true, false));
        assert!(!reaches_the_documentation(&["--quick"], true, false));
        assert!(!reaches_the_documentation(&["--rounds=2"], true, false));
        assert!(!reaches_the_documentation(&[], false, false));
    }

    #[test]
    fn figures_of_a_busy_machine_reach_it_only_when_told_to() {
        assert!(!reaches_the_documentation(&[], true, true));
        assert!(reaches_the_documentation(&["--write"], true, true));
        assert!(!reaches_the_documentation(&["--write", "--quick"], true, true));
    }
}
