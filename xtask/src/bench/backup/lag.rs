//! From the answer to an upload until the backup has it.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use serde_json::Value;
use ureq::Agent;

use super::super::documents::transfer::TOKEN;
use super::super::server::Server;
use crate::stopwatch::Stopwatch;

/// Bytes of a small file.
pub const BYTES: usize = 16 * 1024;

const BOUNDARY: &str = "----a-boundary-of-the-benchmark";

/// An upload that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    /// The file.
    pub file: u64,
    /// When its answer was read, all of it.
    pub at: Timestamp,
}

/// A client that keeps its connection.
pub struct Client {
    agent: Agent,
    url: String,
    number: u64,
}

impl Client {
    /// Who uploads there; no two clients of a run have the same number.
    pub fn of(server: &Server, number: u64) -> Self {
        let settings = Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(1)))
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Self { agent: settings.new_agent(), url: server.url("/api/v1/files"), number: number << 32 }
    }

    /// Upload one more small file, with content that nobody has uploaded.
    ///
    /// # Errors
    /// When it is refused.
    pub fn upload(&mut self) -> Result<Answered> {
        self.number += 1;
        let content = format!("{:>width$}", self.number, width = BYTES);
        let form = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file-{}.bin\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n",
            self.number
        );
        let request = self.agent.post(&self.url).header("Authorization", format!("Bearer {TOKEN}"));
        let request = request.content_type(format!("multipart/form-data; boundary={BOUNDARY}"));
        let mut answer = request.send(form)?;
        let body = answer.body_mut().read_to_string()?;
        let at = Timestamp::now();
        if answer.status() != 201 {
            bail!("an upload was answered with {}: {body}", answer.status());
        }
        let file: Value = serde_json::from_str(&body).context("an upload was answered with no JSON")?;
        Ok(Answered { file: file["id"].as_u64().context("a file has an id")?, at })
    }
}

/// One after another for so long; at this distance, or as fast as they are answered.
///
/// # Errors
/// When one is refused.
pub fn trickle(server: &Server, number: u64, time: Duration, distance: Option<Duration>) -> Result<Vec<Answered>> {
    let (mut client, stopwatch, mut all) = (Client::of(server, number), Stopwatch::start(), vec![]);
    while stopwatch.elapsed() < time {
        all.push(client.upload()?);
        let next = distance.map(|distance| distance.saturating_mul(u32::try_from(all.len()).unwrap_or(u32::MAX)));
        thread::sleep(next.unwrap_or_default().saturating_sub(stopwatch.elapsed()));
    }
    Ok(all)
}

/// So many clients at once, each with so many files.
///
/// # Errors
/// When one is refused.
pub fn burst(server: &Server, first: u64, clients: u64, files: usize) -> Result<Vec<Answered>> {
    let upload = |number| {
        let mut client = Client::of(server, number);
        (0..files).map(|_| client.upload()).collect::<Result<Vec<_>>>()
    };
    thread::scope(|scope| {
        let all: Vec<_> = (first..first + clients).map(|number| scope.spawn(move || upload(number))).collect();
        let all: Vec<_> =
            all.into_iter().map(|client| client.join().map_err(|_| anyhow!("a client has ended"))).collect();
        Ok(all.into_iter().collect::<Result<Result<Vec<_>>>>()??.concat())
    })
}

/// The seconds from each answer until its file was copied, in order of size. One that was copied before its answer was
/// read has waited for nothing.
///
/// # Errors
/// When one was not copied.
pub fn seconds(answered: &[Answered], copied: &BTreeMap<u64, Timestamp>) -> Result<Vec<f64>> {
    let mut all = Vec::with_capacity(answered.len());
    for Answered { file, at } in answered {
        let copied = copied.get(file).with_context(|| format!("file {file} was not copied"))?;
        all.push(copied.duration_since(*at).as_secs_f64().max(0.0));
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// The figure that so many in a hundred of these, which are in order, stay at or below.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_figures() {
        let all: Vec<f64> = (1..=200).map(f64::from).collect();
        let found =
            [percentile(&all, 50), percentile(&all, 99), percentile(&all[..1], 99)].map(|figure| figure.to_string());
        assert_eq!(found, ["100", "198", "1"]);
        assert!(percentile(&[], 50).is_nan());
    }

    #[test]
    fn what_was_copied_before_its_answer_was_read_has_not_waited() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let answered = [
            Answered { file: 1, at: at("2026-11-22T10:00:01Z") },
            Answered { file: 2, at: at("2026-11-22T10:00:01Z") },
        ];
        let copied = BTreeMap::from([(1, at("2026-11-22T10:00:01.5Z")), (2, at("2026-11-22T10:00:00.9Z"))]);
        let found: Vec<String> = seconds(&answered, &copied).unwrap().iter().map(f64::to_string).collect();
        assert_eq!(found, ["0", "0.5"]);
        assert!(seconds(&answered, &BTreeMap::new()).is_err());
    }
}
