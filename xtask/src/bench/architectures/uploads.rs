//! Clients that upload small files.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use ureq::Agent;

use super::ways::TOKEN;
use crate::stopwatch::Stopwatch;

/// Bytes of each file.
pub const BYTES: usize = 16 * 1024;

const BOUNDARY: &str = "----a-boundary-of-the-benchmark";

/// A client that keeps its connection.
pub struct Client {
    agent: Agent,
    url: String,
    number: u64,
}

impl Client {
    /// Who uploads here; no two clients of a run have the same number.
    pub fn of(base: &str, number: u64) -> Self {
        let settings = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Self { agent: settings.new_agent(), url: format!("{base}/api/v1/files"), number: number << 32 }
    }

    /// Upload one more, with content that nobody has uploaded; whether it was accepted.
    pub fn upload(&mut self) -> bool {
        self.number += 1;
        let name = format!("file-{}.bin", self.number);
        let content = format!("{:>width$}", self.number, width = BYTES);
        let form = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
        );
        let request = self.agent.post(&self.url).header("Authorization", format!("Bearer {TOKEN}"));
        let request = request.content_type(format!("multipart/form-data; boundary={BOUNDARY}"));
        let Ok(mut answer) = request.send(form) else { return false };
        // read to its end, so that the connection can be used again
        answer.status() == 201 && answer.body_mut().read_to_vec().is_ok()
    }
}

/// The seconds that each of so many uploads took, one after another.
///
/// # Errors
/// When one is refused.
pub fn one_by_one(client: &mut Client, count: usize) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let stopwatch = Stopwatch::start();
        if !client.upload() {
            bail!("{} refuses uploads", client.url);
        }
        times.push(stopwatch.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// What many clients reached.
#[derive(Debug, Default)]
pub struct Crowd {
    /// Accepted.
    pub accepted: AtomicU64,
    /// Refused, or not answered.
    pub failed: AtomicU64,
}

/// Let clients upload as fast as they are answered, for as long as `meanwhile` runs.
pub fn meanwhile<T>(clients: Vec<Client>, meanwhile: impl FnOnce(&Crowd) -> T) -> (Crowd, T) {
    let (crowd, over) = (Crowd::default(), AtomicBool::new(false));
    let result = thread::scope(|scope| {
        for mut client in clients {
            let (crowd, over) = (&crowd, &over);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let ended = if client.upload() { &crowd.accepted } else { &crowd.failed };
                    ended.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let result = meanwhile(&crowd);
        over.store(true, Ordering::Relaxed);
        result
    });
    (crowd, result)
}
