//! One way to build the application, running: its processes, and where it keeps the copies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use super::super::contestant::Contestant;
use super::super::lab::Lab;
use super::super::server::Server;
use super::super::usage::Usage;
use crate::command::{CommandExt, command};
use crate::stopwatch::Stopwatch;

/// The processes, until this is dropped.
pub struct House {
    parts: Vec<Part>,
    /// Where the copies go.
    pub backup: PathBuf,
    /// From the first start to the last one's first answer.
    pub started_in: Duration,
}

/// A process of it.
struct Part {
    port: u16,
    contestant: Contestant,
    server: Option<Server>,
}

impl House {
    /// Start these on these ports, one after another. Clients speak to the first; the last makes the copies.
    ///
    /// # Errors
    /// When one does not start.
    pub fn start(lab: &Lab, parts: Vec<(u16, Contestant)>, backup: PathBuf) -> Result<Self> {
        let stopwatch = Stopwatch::start();
        let mut house = Self { parts: vec![], backup, started_in: Duration::ZERO };
        for (port, contestant) in parts {
            let mut part = Part { port, contestant, server: None };
            part.start(lab)?;
            house.parts.push(part);
        }
        house.started_in = stopwatch.elapsed();
        Ok(house)
    }

    /// Where clients find it.
    ///
    /// # Errors
    /// When it has no process.
    pub fn url(&self) -> Result<String> {
        let first = self.parts.first().context("there is no process")?;
        Ok(format!("http://127.0.0.1:{}", first.port))
    }

    /// What all its processes take.
    ///
    /// # Errors
    /// When one has ended.
    pub fn usage(&self) -> Result<Usage> {
        let mut sum = Usage::default();
        for part in &self.parts {
            sum += part.server.as_ref().context("a part was killed")?.usage()?;
        }
        Ok(sum)
    }

    /// How many processes it is.
    pub fn processes(&self) -> usize {
        self.parts.len()
    }

    /// Kill the process that makes the copies, and start it again.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn restart_what_copies(&mut self, lab: &Lab) -> Result<()> {
        let part = self.parts.last_mut().context("there is no process")?;
        let server = part.server.take().context("it was killed before")?;
        command("kill").args(["-KILL", &server.id().to_string()]).run()?;
        drop(server);
        part.start(lab)
    }
}

impl Part {
    fn start(&mut self, lab: &Lab) -> Result<()> {
        self.server = Some(Server::start_on(self.port, &self.contestant, lab.folder(), lab.cores, &lab.http)?);
        Ok(())
    }
}

/// Take a folder away while `meanwhile` runs: what wants to write into it fails.
///
/// # Errors
/// When it cannot be moved.
pub fn without<T>(folder: &Path, meanwhile: impl FnOnce() -> T) -> Result<T> {
    let away = folder.with_extension("away");
    std::fs::rename(folder, &away).with_context(|| format!("cannot move {}", folder.display()))?;
    // in its place something that is no folder, so that nobody makes a new one
    std::fs::write(folder, "")?;
    let result = meanwhile();
    std::fs::remove_file(folder)?;
    std::fs::rename(&away, folder)?;
    Ok(result)
}
