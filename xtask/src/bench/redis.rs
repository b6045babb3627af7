//! A Redis of our own, as durable as a deployment's, and what `redis-benchmark` gets out of it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::server::free_port;
use crate::command::{CommandExt, command};
use crate::stopwatch::Stopwatch;
use crate::tools;

/// A Redis that does not answer by then will not.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A server on a free port, with its file in a folder; it ends when this is dropped.
pub struct Redis {
    process: Child,
    port: u16,
}

/// What `redis-benchmark` saw.
pub struct Seen {
    /// Answers a second.
    pub per_second: f64,
    /// Seconds.
    pub p50: f64,
    /// Seconds.
    pub p99: f64,
}

/// Who asks, and how.
#[derive(Clone, Copy)]
pub struct Clients {
    /// The core on which they run.
    pub core: usize,
    /// How many; each waits for its answer before it asks again.
    pub count: usize,
    /// Questions, of all of them together.
    pub questions: u32,
}

impl Redis {
    /// Install it.
    ///
    /// # Errors
    /// When Debian's packages cannot be installed.
    pub fn install() -> Result<()> {
        tools::apt("the benchmark", &[("redis-server", "redis-server"), ("redis-tools", "redis-benchmark")])
    }

    /// Start it on this core, with every write on the disk before it is answered; its file lies in `folder`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(folder: &Path, core: usize) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let port = free_port()?;
        let process = command("taskset")
            .args(["--cpu-list", &core.to_string(), "setpriv", "--pdeathsig", "KILL"])
            .args(["redis-server", "--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning", "--dir"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start `taskset`: is util-linux installed?")?;
        let redis = Self { process, port };
        let stopwatch = Stopwatch::start();
        while !redis.client("redis-cli").arg("ping").succeeds() {
            if stopwatch.elapsed() > START_LIMIT {
                bail!("redis-server gave no answer for {START_LIMIT:?}");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }

    /// Its address, for `STORE_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// What it answers to a command.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn ask(&self, question: &[&str]) -> Result<String> {
        self.client("redis-cli").args(question).read()
    }

    /// Have `redis-benchmark` ask the same again and again; `__rand_int__` in it is another number each time.
    ///
    /// # Errors
    /// When it does not run, or Redis refuses what it sends.
    pub fn benchmark<'a>(&self, clients: Clients, question: impl IntoIterator<Item = &'a str>) -> Result<Seen> {
        let (count, questions) = (clients.count.to_string(), clients.questions.to_string());
        let mut benchmark = command("taskset");
        benchmark.args(["--cpu-list", &clients.core.to_string(), "redis-benchmark", "-h", "127.0.0.1"]);
        benchmark.args(["-p", &self.port.to_string(), "-c", &count, "-n", &questions, "-r", "6400"]);
        let said = benchmark.args(["--csv", "--precision", "3"]).args(question).read()?;
        parse(&said).with_context(|| format!("cannot read what redis-benchmark reports:\n{said}"))
    }

    fn client(&self, name: &str) -> Command {
        let mut client = command(name);
        client.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
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
fn parse(report: &str) -> Option<Seen> {
    let mut figures = report.trim_end().rsplit(',').map(|figure| figure.trim_matches('"').parse::<f64>().ok());
    let mut next = || figures.next().flatten();
    let (_max, p99, _p95, p50, _min, _average) = (next()?, next()?, next()?, next()?, next()?, next()?);
    Some(Seen { per_second: next()?, p50: p50 / 1e3, p99: p99 / 1e3 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_from_its_end() {
        let report = r#""test","rps"
"evalsha ab 3 {"a":1,"b":2}","4166.667","0.227","0.136","0.215","0.311","0.447","2.159""#;
        let seen = parse(report).unwrap();
        assert_eq!((seen.per_second, seen.p50, seen.p99), (4166.667, 0.000_215, 0.000_447));
        assert!(parse("Could not connect").is_none());
    }
}
