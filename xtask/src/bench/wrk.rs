//! The load: wrk, one thread on its own core, as many requests as the server answers.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::cores::Cores;
use crate::command::{CommandExt, command};

/// What one run asks for.
pub struct Load<'a> {
    /// Open at the same time; each waits for its answer before it asks again.
    pub connections: usize,
    /// How long.
    pub seconds: u32,
    /// A Lua script that makes the requests, and its arguments; none: `GET` the address.
    pub script: Option<(&'a Path, &'a [String])>,
}

/// What wrk saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Answers, of whatever status.
    pub requests: u64,
    /// Answers in a second.
    pub per_second: f64,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// All but one in a hundred took no longer.
    pub p99: Duration,
    /// Answers with a status other than 2xx or 3xx.
    pub refused: u64,
    /// Connections that could not be made or broke, and answers that came too late.
    pub broken: u64,
}

impl Summary {
    /// Requests that did not get what they asked for.
    pub fn failed(&self) -> u64 {
        self.refused + self.broken
    }
}

/// Load `url`, from the load generator's core.
///
/// # Errors
/// When wrk does not run, or reports something that we cannot read.
pub fn run(load: &Load, url: &str, cores: Cores) -> Result<Summary> {
    let report = call(load, url, cores).read()?;
    parse(&report).with_context(|| format!("cannot read what wrk reports:\n{report}"))
}

fn call(load: &Load, url: &str, cores: Cores) -> Command {
    let mut wrk = command("taskset");
    // wrk ends by itself; should it hang, `timeout` ends it, and `setpriv` ends both when we ourselves are gone
    let with_parent = ["setpriv", "--pdeathsig", "KILL"];
    wrk.args(["--cpu-list", &cores.load.to_string()])
        .args(with_parent)
        .args(["timeout", "--foreground", "--kill-after=2", &(load.seconds + 20).to_string()])
        .args(with_parent)
        .args(["wrk", "--latency", "--threads=1", "--timeout=10s"])
        .arg(format!("--connections={}", load.connections))
        .arg(format!("--duration={}s", load.seconds));
    if let Some((script, _)) = load.script {
        wrk.arg("--script").arg(script);
    }
    wrk.arg(url);
    if let Some((_, arguments)) = load.script {
        wrk.arg("--").args(arguments);
    }
    wrk
}

/// Read wrk's report. Lines that tell of failures are there only when there were some.
fn parse(report: &str) -> Option<Summary> {
    let lines = || report.lines().map(str::trim);
    let after = |start: &str| lines().find_map(|line| line.strip_prefix(start)).map(str::trim);
    Some(Summary {
        requests: lines().find_map(|line| line.split_once(" requests in "))?.0.parse().ok()?,
        per_second: after("Requests/sec:")?.parse().ok()?,
        p50: duration(after("50%")?)?,
        p99: duration(after("99%")?)?,
        refused: after("Non-2xx or 3xx responses:").map_or(Some(0), |count| count.parse().ok())?,
        broken: after("Socket errors:").map_or(Some(0), broken)?,
    })
}

/// The sum of `connect 0, read 3, write 0, timeout 1`.
fn broken(counts: &str) -> Option<u64> {
    counts.split(',').map(|count| count.split_whitespace().nth(1)?.parse::<u64>().ok()).sum()
}

/// wrk writes `640.00us`, `1.25ms`, `2.00s`, `1.10m`.
fn duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let seconds = match &text[unit..] {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(text[..unit].parse::<f64>().ok()? * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: &str = "\
Running 5s test @ http://127.0.0.1:40001/api/v1/servers
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   390.50us  101.00us   6.02ms   93.00%
    Req/Sec   160.10k     4.00k  170.00k    80.00%
  Latency Distribution
     50%  381.00us
     75%  402.00us
     90%  455.00us
     99%    1.25ms
  801234 requests in 5.01s, 175.00MB read
Requests/sec: 159926.95
Transfer/sec:     34.93MB
";

    #[test]
    fn a_clean_report_is_read() {
        assert_eq!(
            parse(CLEAN).unwrap(),
            Summary {
                requests: 801_234,
                per_second: 159_926.95,
                p50: Duration::from_micros(381),
                p99: Duration::from_micros(1250),
                refused: 0,
                broken: 0,
            }
        );
    }

    #[test]
    fn refusals_and_broken_connections_count_as_failed() {
        let bad = CLEAN.replace(
            "Requests/sec",
            "  Socket errors: connect 2, read 30, write 1, timeout 4\n  Non-2xx or 3xx responses: 5\nRequests/sec",
        );
        let summary = parse(&bad).unwrap();
        assert_eq!((summary.refused, summary.broken, summary.failed()), (5, 37, 42));
    }

    #[test]
    fn every_unit_of_time_is_read() {
        assert_eq!(duration("12.50us"), Some(Duration::from_nanos(12_500)));
        assert_eq!(duration("2.00s"), Some(Duration::from_secs(2)));
        assert_eq!(duration("1.50m"), Some(Duration::from_secs(90)));
        assert_eq!(duration("3 parsecs"), None);
    }

    #[test]
    fn a_report_that_was_cut_off_is_not_taken_for_a_result() {
        assert_eq!(parse(&CLEAN[..200]), None);
    }
}
