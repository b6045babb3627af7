//! A Redis server of our own, as durable as a deployment's, and what it can do at most.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cores::Cores;
use super::server::free_port;
use crate::command::{CommandExt, command};
use crate::stopwatch::Stopwatch;
use crate::tools;

/// A server that does not answer by then will not.
const START_LIMIT: Duration = Duration::from_secs(10);

/// A running Redis; it ends when this is dropped.
pub struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    /// Install it.
    ///
    /// # Errors
    /// When Debian's package cannot be installed.
    pub fn install() -> Result<()> {
        tools::apt("Redis", &[("redis-server", "redis-server"), ("redis-tools", "redis-benchmark")])
    }

    /// Start one on an empty folder below `folder`: each write is synced before it is answered.
    ///
    /// It shares the load's core, since the service under measurement has the other.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(folder: &Path, cores: Cores) -> Result<Self> {
        let port = free_port()?;
        let data = tempfile::Builder::new().prefix("redis-").tempdir_in(folder)?.keep();
        let log = File::create(data.join("log"))?;
        let process = command("taskset")
            .args(["--cpu-list", &cores.load.to_string(), "setpriv", "--pdeathsig", "KILL", "redis-server"])
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start redis-server")?;
        let redis = Self { process, port };
        let stopwatch = Stopwatch::start();
        while !command("redis-cli").args(["-p", &port.to_string(), "ping"]).succeeds() {
            if stopwatch.elapsed() > START_LIMIT {
                bail!("Redis gave no answer for {START_LIMIT:?}: see {}", data.join("log").display());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }

    /// Its address, for `STORE_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// How often in a second it runs a script with these keys and arguments, for so many clients that each wait for their
    /// answer. `__rand_int__` in them becomes another number each time.
    ///
    /// # Errors
    /// When redis-benchmark fails.
    pub fn scripts_per_second(&self, cores: Cores, clients: usize, runs: u32, script: &[&str]) -> Result<f64> {
        let report = command("taskset")
            .args(["--cpu-list", &cores.server.to_string(), "timeout", "120", "redis-benchmark"])
            .args(["-p", &self.port.to_string(), "-c", &clients.to_string(), "-n", &runs.to_string()])
            .args(["-r", "1000000000", "--csv", "eval"])
            .args(script)
            .read()?;
        rate(&report).with_context(|| format!("cannot read what redis-benchmark reports:\n{report}"))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The second column of the last line: the first names the test, which is a whole script here.
fn rate(report: &str) -> Option<f64> {
    let figures = report.lines().last()?.rsplit("\",\"").collect::<Vec<_>>();
    // rps, and six latencies behind it
    figures.get(6)?.trim_matches('"').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_a_script_is_found_behind_its_text() {
        let report = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\
                      \"p99_latency_ms\",\"max_latency_ms\"\n\"eval return 'a','b' 0\",\"1234.50\",\"0.1\",\"0.1\",\"0.1\",\
                      \"0.1\",\"0.1\",\"0.2\"";
        assert_eq!(rate(report), Some(1234.5));
        assert_eq!(rate("ERR no"), None);
    }
}
