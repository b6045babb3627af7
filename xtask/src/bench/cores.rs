//! One core for the server and one for the load, so that neither takes time from the other.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::command::{CommandExt, command};

/// Two processors, by the kernel's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cores {
    /// Where the measured server runs, alone.
    pub server: usize,
    /// Where the load generator runs, and we ourselves.
    pub load: usize,
}

impl Cores {
    /// The first two that we may use.
    ///
    /// # Errors
    /// When we may use only one: what would be measured is the two programs' quarrel over it.
    pub fn take() -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status").context("the benchmark needs Linux: it reads /proc")?;
        let allowed = allowed(&status);
        choose(&allowed, siblings)
    }

    /// Move this process, and what it starts from here on, to the load generator's core.
    pub fn pin_ourselves(self) -> Result<()> {
        let (core, process) = (self.load.to_string(), std::process::id().to_string());
        command("taskset").args(["--all-tasks", "--cpu-list", "--pid", &core, &process]).quiet()
    }
}

/// Prefers a second core that does not share its execution units with the first (two threads of one physical core do).
fn choose(allowed: &BTreeSet<usize>, siblings: impl Fn(usize) -> BTreeSet<usize>) -> Result<Cores> {
    let Some(&server) = allowed.first() else {
        bail!("cannot tell from /proc/self/status which cores this process may use");
    };
    let others = || allowed.iter().copied().filter(|&core| core != server);
    let sharing = siblings(server);
    let Some(load) = others().find(|core| !sharing.contains(core)).or_else(|| others().next()) else {
        bail!(
            "the benchmark needs two cores, one for the server and one for the load; this process may use only one: \
             run it on a machine with more"
        );
    };
    Ok(Cores { server, load })
}

/// The processors in the line `Cpus_allowed_list` of a process's status.
fn allowed(status: &str) -> BTreeSet<usize> {
    status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).map(list).unwrap_or_default()
}

/// The threads of the physical core that `core` belongs to; empty where the kernel does not say.
fn siblings(core: usize) -> BTreeSet<usize> {
    let path = format!("/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list");
    fs::read_to_string(path).map(|text| list(&text)).unwrap_or_default()
}

/// The kernel's list format: `0-2,5` is 0, 1, 2 and 5.
fn list(text: &str) -> BTreeSet<usize> {
    text.trim()
        .split(',')
        .filter_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some(first.trim().parse::<usize>().ok()?..=last.trim().parse::<usize>().ok()?)
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ranges_is_read() {
        assert_eq!(list("0-2,5\n"), BTreeSet::from([0, 1, 2, 5]));
        assert_eq!(allowed("Name:\txtask\nCpus_allowed:\t3\nCpus_allowed_list:\t4,6-7\n"), BTreeSet::from([4, 6, 7]));
    }

    #[test]
    fn two_threads_of_one_physical_core_are_avoided_where_possible() {
        let pairs = |core: usize| BTreeSet::from([core & !1, core | 1]);
        assert_eq!(choose(&BTreeSet::from([0, 1, 2, 3]), pairs).unwrap(), Cores { server: 0, load: 2 });
        assert_eq!(choose(&BTreeSet::from([0, 1]), pairs).unwrap(), Cores { server: 0, load: 1 });
    }

    #[test]
    fn one_core_is_refused_with_a_sentence_that_says_so() {
        let refused = choose(&BTreeSet::from([3]), |_| BTreeSet::new()).unwrap_err();
        assert!(refused.to_string().contains("needs two cores"), "{refused}");
    }
}
