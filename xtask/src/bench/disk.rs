//! How often a second the disk can promise that bytes are safe: the limit of any durable write.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::stopwatch::Stopwatch;

/// A page of most file systems, and the size of a page in SQLite's log.
const BLOCK: [u8; 4096] = [0xA5; 4096];

/// Append a block to a new file in `folder` and `fdatasync` it, again and again for that long; how often in a second.
///
/// # Errors
/// When the folder cannot be written.
pub fn syncs_per_second(folder: &Path, time: Duration) -> Result<f64> {
    // a file with a name, as a database is: one without is cheaper for some file systems
    let file = tempfile::NamedTempFile::new_in(folder);
    let mut file = file.with_context(|| format!("cannot write into {}", folder.display()))?;
    let stopwatch = Stopwatch::start();
    let mut syncs = 0_u32;
    while stopwatch.elapsed() < time {
        append(file.as_file_mut())?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / stopwatch.elapsed().as_secs_f64())
}

fn append(file: &mut File) -> Result<()> {
    file.write_all(&BLOCK)?;
    file.sync_data().context("the disk did not take what was written")
}
