//! What a figure was measured on: without it, a figure says nothing.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

use crate::command::{CommandExt, command};

/// The machine, as far as it matters for speed.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What the processor calls itself.
    pub processor: String,
    /// How many cores this process may use, before it is pinned to one.
    pub cores: usize,
    /// Name and release of the kernel.
    pub kernel: String,
    /// Of the folder in which the databases lie.
    pub file_system: String,
    /// The share of the cores' time that other programs took in the second before the first round, 0 to 1.
    pub busy: f64,
    /// The day, as `YYYY-MM-DD`.
    pub date: String,
}

impl Machine {
    /// Ask the kernel; `databases` is the folder in which they lie.
    pub fn describe(databases: &Path, date: Option<&str>) -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self {
            processor: processor(&read("/proc/cpuinfo")),
            cores: available_parallelism().map_or(1, usize::from),
            kernel: format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()),
            file_system: said(command("findmnt").args(["-no", "FSTYPE", "--target"]).arg(databases).read()),
            busy: busy_for(Duration::from_secs(1)),
            date: date.map_or_else(|| said(command("date").args(["--utc", "+%F"]).read()), str::to_owned),
        }
    }

    /// Whether other work was running, so that the figures are not to be trusted.
    pub fn is_busy(&self) -> bool {
        self.busy > 0.1
    }
}

/// The share of all cores' time that was spent on something, while we wait for `time`.
fn busy_for(time: Duration) -> f64 {
    let ticks = || ticks(&fs::read_to_string("/proc/stat").unwrap_or_default());
    let before = ticks();
    std::thread::sleep(time);
    let after = ticks();
    let (idle, all) = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
    if all == 0 { 0.0 } else { 1.0 - super::figures::float(idle) / super::figures::float(all) }
}

/// Idle ticks and all ticks of all cores since the machine's start, from the first line of `/proc/stat`.
/// Waiting for the disk counts as idle; the two columns of guests are contained in others.
fn ticks(stat: &str) -> (u64, u64) {
    let line = stat.lines().next().unwrap_or_default();
    let columns: Vec<u64> = line.split_whitespace().skip(1).take(8).filter_map(|column| column.parse().ok()).collect();
    (columns.iter().skip(3).take(2).sum(), columns.iter().sum())
}

fn said(answer: anyhow::Result<String>) -> String {
    answer.unwrap_or_else(|_| "unknown".to_owned())
}

fn processor(cpuinfo: &str) -> String {
    cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(':'))
        .map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_called_as_it_calls_itself() {
        assert_eq!(
            processor("processor\t: 0\nmodel name\t: Example 9000 @ 3 GHz\nflags\t: fpu\n"),
            "Example 9000 @ 3 GHz"
        );
        assert_eq!(processor("BogoMIPS\t: 50.0\n"), std::env::consts::ARCH);
    }

    #[test]
    fn waiting_for_the_disk_is_not_work() {
        assert_eq!(ticks("cpu  10 1 5 80 4 0 1 2 7 0\ncpu0 1 2 3 4\n"), (84, 103));
    }
}
