//! Resident memory of a process and all that it started, as the kernel counts it in `/proc/<pid>/status`.
//!
//! Pages that several processes share count once for each: for a server of several processes the sum is an upper bound.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};

/// Bytes of resident memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// At this moment (`VmRSS`).
    pub resident: u64,
    /// The most since the start (`VmHWM`).
    pub peak: u64,
}

/// What `process` and its descendants hold.
///
/// # Errors
/// When the process is gone.
pub fn of(process: u32) -> Result<Memory> {
    let parents = parents();
    let own = fs::read_to_string(format!("/proc/{process}/status"))
        .with_context(|| format!("process {process} ended while its memory was measured"))?;
    let mut sum = parse(&own);
    for child in descendants(&parents, process) {
        // one that ended a moment ago holds nothing
        let memory = fs::read_to_string(format!("/proc/{child}/status")).map(|text| parse(&text)).unwrap_or_default();
        sum.resident += memory.resident;
        sum.peak += memory.peak;
    }
    Ok(sum)
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

fn parse(status: &str) -> Memory {
    // the kernel writes kB and means 1,024 bytes
    let bytes = |name| field(status, name).unwrap_or_default() * 1024;
    Memory { resident: bytes("VmRSS:"), peak: bytes("VmHWM:") }
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
        assert_eq!(parse(status), Memory { resident: 5120 * 1024, peak: 6144 * 1024 });
    }

    #[test]
    fn children_of_children_are_found_and_strangers_are_not() {
        let parents = BTreeMap::from([(10, 1), (11, 10), (12, 11), (20, 1), (21, 20)]);
        assert_eq!(descendants(&parents, 10), BTreeSet::from([11, 12]));
    }

    #[test]
    fn this_very_process_holds_some_memory() {
        let memory = of(std::process::id()).unwrap();
        assert!(memory.resident > 100_000 && memory.peak >= memory.resident, "{memory:?}");
    }
}
