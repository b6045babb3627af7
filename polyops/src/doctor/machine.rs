//! Memory, disk, files, and the clock.

use std::path::Path;

use chassis::clock::{Clock, SystemClock};
use rustix::process::{Resource, getrlimit};

use super::{Finding, files};

const MB: u64 = 1024 * 1024;

/// Memory below which `up` is in trouble: it takes about 150 MB, and what it reads from the disk wants room, too.
const MEMORY_FOR_UP: u64 = 256 * MB;
/// Memory below which a build is: the compiler takes 1 GB for the largest packages, and there are two at once.
const MEMORY_FOR_BUILDS: u64 = 2048 * MB;

/// Disk below which nothing should be written.
const DISK_FOR_UP: u64 = 100 * MB;
/// Disk below which a build fails: a debug build of the workspace takes 5 GB, with its tests 12.
const DISK_FOR_BUILDS: u64 = 6 * 1024 * MB;

/// Files that `up` has open at once: about 200, and one for each connection.
const FILES_FOR_UP: u64 = 512;
const FILES_FOR_MANY: u64 = 4096;

/// 1 January 2026: this program is younger, and so is every clock that is right.
const YOUNGEST: i64 = 1_767_225_600;

/// What there is of everything.
pub fn look(data: &Path) -> Vec<Finding> {
    let memory = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| available(&text));
    vec![memory_of(memory), disk_of(free_disk(data)), open_files(file_limit()), clock_of(SystemClock.unix_seconds())]
}

/// Bytes that can be used before the kernel swaps (`proc_meminfo(5)`).
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn memory_of(available: Option<u64>) -> Finding {
    let Some(bytes) = available else { return Finding::ok("memory", "cannot be told here") };
    let found = format!("{} MB are available", bytes / MB);
    if bytes < MEMORY_FOR_UP {
        Finding::fail("memory", found, format!("end something else: {} MB are needed", MEMORY_FOR_UP / MB))
    } else if bytes < MEMORY_FOR_BUILDS {
        let remedy = "enough to run, too little to build: end something else, or build with `cargo build -j 1`";
        Finding::warn("memory", found, remedy)
    } else {
        Finding::ok("memory", found)
    }
}

fn free_disk(data: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(files::existing(data)).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn disk_of(free: Option<u64>) -> Finding {
    let Some(bytes) = free else { return Finding::ok("disk", "cannot be told here") };
    let found = format!("{} MB are free", bytes / MB);
    if bytes < DISK_FOR_UP {
        Finding::fail("disk", found, format!("make room: {} MB are needed", DISK_FOR_UP / MB))
    } else if bytes < DISK_FOR_BUILDS {
        Finding::warn("disk", found, "enough to run, too little to build: make room, or run `cargo clean`")
    } else {
        Finding::ok("disk", found)
    }
}

fn file_limit() -> Option<u64> {
    // not what this process began with: `up` takes all that it may have
    getrlimit(Resource::Nofile).maximum
}

fn raise_files() -> String {
    format!("have an administrator raise `nofile` to {FILES_FOR_MANY} in /etc/security/limits.conf")
}

fn open_files(limit: Option<u64>) -> Finding {
    match limit {
        None => Finding::ok("open files", "as many as you like"),
        Some(limit) if limit < FILES_FOR_UP => {
            let found = format!("{limit} at once");
            Finding::fail("open files", found, raise_files())
        }
        Some(limit) if limit < FILES_FOR_MANY => {
            let found = format!("{limit} at once: enough for some hundred readers");
            Finding::warn("open files", found, raise_files())
        }
        Some(limit) => Finding::ok("open files", format!("{limit} at once")),
    }
}

fn clock_of(now: i64) -> Finding {
    if now < YOUNGEST {
        let remedy = "set it, by `timedatectl set-ntp true` or by hand: logins and certificates depend on it";
        return Finding::fail("clock", "is before 2026", remedy);
    }
    Finding::ok("clock", "is set")
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn available_memory_is_read_as_the_kernel_writes_it() {
        let meminfo = "MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    4000000 kB\n";
        assert_eq!(available(meminfo), Some(4_000_000 * 1024));
        assert_eq!(available("MemTotal: 8 kB\n"), None);
    }

    #[test]
    fn little_is_warned_of_and_too_little_fails() {
        let states =
            |check: fn(Option<u64>) -> Finding, amounts: [u64; 3]| amounts.map(|amount| check(Some(amount)).state);
        let expected = [State::Fail, State::Warn, State::Ok];
        assert_eq!(states(memory_of, [100 * MB, 1000 * MB, 4000 * MB]), expected);
        assert_eq!(states(disk_of, [50 * MB, 1000 * MB, 50_000 * MB]), expected);
        assert_eq!(states(open_files, [256, 1024, 65_536]), expected);
        assert_eq!([clock_of(0).state, clock_of(YOUNGEST).state], [State::Fail, State::Ok]);
    }

    #[test]
    fn this_machine_can_be_looked_at() {
        assert_eq!(look(Path::new(".")).len(), 4);
    }
}
