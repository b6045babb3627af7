//! Memory and processor time of a process and all that it started, as the kernel counts them under `/proc/<pid>`.
//!
//! Pages that several processes share count once for each: for a server of several processes the sum is an upper bound.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::AddAssign;
use std::time::Duration;

use anyhow::{Context, Result};

/// The kernel shows processor time in hundredths of a second (`USER_HZ`, whatever its own clock's rate is).
const TICK: Duration = Duration::from_millis(10);

/// What a server takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of memory at this moment (`VmRSS`).
    pub resident: u64,
    /// The most bytes since the start (`VmHWM`).
    pub peak: u64,
    /// Processor time since the start, its own and the kernel's on its behalf.
    pub processor: Duration,
}

/// What `process` and its descendants take.
///
/// # Errors
/// When the process is gone.
pub fn of(process: u32) -> Result<Usage> {
    let parents = parents();
    let mut sum = read(process).with_context(|| format!("process {process} ended while it was measured"))?;
    for child in descendants(&parents, process) {
        // one that ended a moment ago takes nothing
        sum += read(child).unwrap_or_default();
    }
    Ok(sum)
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.resident += other.resident;
        self.peak += other.peak;
        self.processor += other.processor;
    }
}

/// One process alone; none when it is gone.
fn read(process: u32) -> Option<Usage> {
    let file = |name| fs::read_to_string(format!("/proc/{process}/{name}")).ok();
    Some(parse(&file("status")?, &file("stat")?))
}

/// Each process's parent.
fn parents() -> BTreeMap<u32, u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return BTreeMap::new() };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let process: u32 = entry.file_name().to_str()?.parse().ok()?;
            let status = fs::read_to_string(entry.path().join("status")).ok()?;
            Some((process, field(&status, "PPid:")?.try_into().ok()?))
        })
        .collect()
}

fn descendants(parents: &BTreeMap<u32, u32>, ancestor: u32) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut open = vec![ancestor];
    while let Some(parent) = open.pop() {
        open.extend(
            parents.iter().filter(|&(child, of)| *of == parent && found.insert(*child)).map(|(child, _)| child),
        );
    }
    found
}

fn parse(status: &str, stat: &str) -> Usage {
    // the kernel writes kB and means 1,024 bytes
    let bytes = |name| field(status, name).unwrap_or_default() * 1024;
    Usage { resident: bytes("VmRSS:"), peak: bytes("VmHWM:"), processor: processor(stat) }
}

/// `utime` and `stime`, the 14th and 15th field. The second is the program's name in parentheses, which may hold spaces
/// and parentheses itself: count from its end.
fn processor(stat: &str) -> Duration {
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u32 = after_name.split_whitespace().skip(11).take(2).filter_map(|tick| tick.parse::<u32>().ok()).sum();
    TICK * ticks
}

fn field(status: &str, name: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_and_its_peak_are_read_in_bytes() {
        let status = "Name:\tapi\nPPid:\t7\nVmPeak:\t  90000 kB\nVmHWM:\t    6144 kB\nVmRSS:\t    5120 kB\n";
        let usage = parse(status, "");
        assert_eq!((usage.resident, usage.peak), (5120 * 1024, 6144 * 1024));
    }

    #[test]
    fn processor_time_is_read_past_a_name_with_spaces() {
        let stat = "42 (an (odd) name) S 1 42 42 0 -1 4194560 900 0 0 0 120 35 9 9 20 0 3 0 1000";
        assert_eq!(processor(stat), Duration::from_millis(1550));
    }

    #[test]
    fn children_of_children_are_found_and_strangers_are_not() {
        let parents = BTreeMap::from([(10, 1), (11, 10), (12, 11), (20, 1), (21, 20)]);
        assert_eq!(descendants(&parents, 10), BTreeSet::from([11, 12]));
    }

    #[test]
    fn this_very_process_holds_some_memory() {
        let usage = of(std::process::id()).unwrap();
        assert!(usage.resident > 100_000 && usage.peak >= usage.resident, "{usage:?}");
    }
}
