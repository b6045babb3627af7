//! A Redis of our own, and the limit: `redis-benchmark` with the script of a commit.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::super::cores::Cores;
use super::program::Program;
use crate::command::{CommandExt, command};
use crate::stopwatch::Stopwatch;

/// A Redis that does not answer by then will not.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Commits by which it is found out how many go into the measured time.
const FIRST: u32 = 500;

/// A server on a free port, with its file in a folder; it ends when this is dropped.
pub struct Redis {
    process: Child,
    port: String,
    cores: Cores,
}

/// What the store says of its script.
#[derive(Deserialize)]
struct Commit {
    script: String,
    keys: Vec<String>,
    arguments: Vec<String>,
}

/// What `redis-benchmark` saw.
pub struct Limit {
    /// Commits a second.
    pub per_second: f64,
    /// Seconds.
    pub p50: f64,
    /// Seconds.
    pub p99: f64,
}

impl Redis {
    /// Start it on the server's core, with every write on the disk before it is answered.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(folder: &Path, cores: Cores) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port().to_string();
        let process = command("taskset")
            .args(["--cpu-list", &cores.server.to_string(), "setpriv", "--pdeathsig", "KILL"])
            .args(["redis-server", "--bind", "127.0.0.1", "--port", &port, "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning", "--dir"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start `taskset`: is util-linux installed?")?;
        let redis = Self { process, port, cores };
        let stopwatch = Stopwatch::start();
        while !redis.client("redis-cli").arg("ping").succeeds() {
            if stopwatch.elapsed() > START_LIMIT {
                bail!("redis-server gave no answer for {START_LIMIT:?}");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }

    /// How to connect to it.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Forget everything.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn empty(&self) -> Result<()> {
        self.client("redis-cli").arg("flushall").quiet()
    }

    /// Have `redis-benchmark` make commits of one document each, from so many connections.
    ///
    /// # Errors
    /// When it does not run, or Redis refuses what it sends.
    pub fn limit(&self, program: &Program, clients: usize, time: Duration) -> Result<Limit> {
        let commit: Commit = program.figures(&self.url(), &["script"])?;
        self.empty()?;
        let meta = ["hset", &commit.keys[0], "epoch", "the epoch", "revision", "0"];
        self.client("redis-cli").args(meta).quiet()?;
        let sha = self.client("redis-cli").args(["script", "load", &commit.script]).read()?;
        let first = self.commits(&commit, &sha, clients, FIRST)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands a second")]
        let wanted = (first.per_second * time.as_secs_f64()) as u32;
        self.client("redis-cli").args(["hset", &commit.keys[0], "revision", "0"]).quiet()?;
        self.client("redis-cli").args(["del", &commit.keys[2]]).quiet()?;
        let limit = self.commits(&commit, &sha, clients, wanted.max(FIRST))?;
        let made = self.client("redis-cli").args(["hget", &commit.keys[0], "revision"]).read()?;
        if made != wanted.max(FIRST).to_string() {
            bail!("redis-benchmark was to make {wanted} commits, and made {made}");
        }
        Ok(limit)
    }

    fn commits(&self, commit: &Commit, sha: &str, clients: usize, count: u32) -> Result<Limit> {
        let (clients, count) = (clients.to_string(), count.to_string());
        let said = self
            .client("redis-benchmark")
            .args(["--csv", "-c", &clients, "-n", &count, "-r", "6400", "--precision", "3", "evalsha", sha])
            .arg(commit.keys.len().to_string())
            .args(commit.keys.iter().chain(&commit.arguments))
            .read()?;
        parse(&said).with_context(|| format!("cannot read what redis-benchmark reports:\n{said}"))
    }

    fn client(&self, name: &str) -> Command {
        let mut client = command("taskset");
        client.args(["--cpu-list", &self.cores.load.to_string(), name, "-h", "127.0.0.1", "-p", &self.port]);
        client
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // nothing of it is kept
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"`,
/// and the figures below. The command itself, in the first column, is full of quotes and commas.
fn parse(report: &str) -> Option<Limit> {
    let mut figures = report.trim_end().rsplit(',').map(|figure| figure.trim_matches('"').parse::<f64>().ok());
    let mut next = || figures.next().flatten();
    let (_max, p99, _p95, p50, _min, _average) = (next()?, next()?, next()?, next()?, next()?, next()?);
    Some(Limit { per_second: next()?, p50: p50 / 1e3, p99: p99 / 1e3 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_from_its_end() {
        let report = r#""test","rps"
"evalsha ab 3 {"a":1,"b":2}","4166.667","0.227","0.136","0.215","0.311","0.447","2.159""#;
        let limit = parse(report).unwrap();
        assert_eq!((limit.per_second, limit.p50, limit.p99), (4166.667, 0.000_215, 0.000_447));
        assert!(parse("Could not connect").is_none());
    }
}
