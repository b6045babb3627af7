//! The third scenario: `polyops up`, which is every service in one process.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::super::figures::{Rounds, float};
use super::super::lab::Lab;
use super::super::server::{Server, free_port};
use super::built::{Built, PAGE, TOKEN};
use super::readers::Readers;
use crate::stopwatch::Stopwatch;
use crate::workspace;

/// Announcements in each round, one after the other.
pub const ANNOUNCEMENTS: u32 = 20;
/// Who keep the page open meanwhile.
pub const READERS: u32 = 100;
/// What the program says when all are ready.
const READY: &str = "is ready after";
/// Who is not ready by then will not be.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was seen.
pub struct Outcome {
    /// How many services it starts.
    pub services: usize,
    /// Seconds from the start of the program until all were ready, with data that were there.
    pub ready: Rounds,
    /// The same for the first start of a demonstration, which tells its history first.
    pub demo: Rounds,
    /// Resident bytes when all were ready.
    pub idle: Rounds,
    /// Resident bytes of a demonstration when all were ready.
    pub demo_idle: Rounds,
    /// Seconds from an announcement until 99 in 100 readers had it, the worst of a round.
    pub seen: Rounds,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 2
}

/// Measure.
///
/// # Errors
/// When it does not start, or does not show what is announced.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let folder = lab.file("everything");
    // the data are made, and the first admin
    drop(start(lab, built, &folder, &[])?);
    let (mut ready, mut demo, mut idle, mut demo_idle, mut seen) = (vec![], vec![], vec![], vec![], vec![]);
    for round in 0..lab.rounds {
        lab.announce("polyops up");
        let (server, took) = start(lab, built, &folder, &[])?;
        ready.push(took.as_secs_f64());
        idle.push(float(server.usage()?.resident));
        seen.push(announcements(lab, built, &server, round)?);
        drop(server);
        lab.advance();
        lab.announce("polyops up --demo");
        let (server, took) = start(lab, built, &lab.file(&format!("demo-{round}")), &["--demo"])?;
        demo.push(took.as_secs_f64());
        demo_idle.push(float(server.usage()?.resident));
        drop(server);
        lab.advance();
    }
    let [ready, demo, idle, demo_idle, seen] = [ready, demo, idle, demo_idle, seen].map(Rounds::new);
    Ok(Outcome { services: workspace::services()?.len(), ready, demo, idle, demo_idle, seen })
}

/// Start it, and wait until it says that all are ready.
fn start(lab: &Lab, built: &Built, folder: &Path, more: &[&str]) -> Result<(Server, Duration)> {
    let port = port()?;
    let contestant = built.polyops(&folder.display().to_string(), port, more);
    let stopwatch = Stopwatch::start();
    let server = Server::start_on(port, &contestant, lab.folder(), lab.cores, &lab.http)?;
    let log = lab.folder().join("polyops.log");
    while stopwatch.elapsed() < PATIENCE {
        let said = std::fs::read(&log).with_context(|| format!("cannot read {}", log.display()))?;
        if String::from_utf8_lossy(&said).contains(READY) {
            return Ok((server, stopwatch.elapsed()));
        }
        sleep(Duration::from_millis(1));
    }
    bail!("polyops was not ready after {PATIENCE:?}")
}

/// A free port for the page; the others lie as far from it as ever, so they must not end above the highest.
fn port() -> Result<u16> {
    loop {
        let port = free_port()?;
        if (PAGE..60_000).contains(&port) {
            return Ok(port);
        }
    }
}

/// The worst time until nearly everyone had seen an announcement, in seconds.
fn announcements(lab: &Lab, built: &Built, page: &Server, round: u32) -> Result<f64> {
    let services = workspace::services()?;
    let url = |name: &str, path: &str| {
        let service = services.iter().find(|service| service.name == name);
        service.map(|service| page.beside(service.port - PAGE, path)).with_context(|| format!("there is no {name}"))
    };
    let incident = json!({"title": "Orders take longer than ten seconds", "sev": 3});
    let incident = lab.http.post(&url("polystatus-incidents", "/api/v1/incidents")?, Some(TOKEN), &incident)?;
    let url = url("polystatus-communications", "/api/v1/public/announce")?;
    let mut readers = Readers::open(lab, built, page, READERS)?;
    let mut worst = 0.0_f64;
    for number in 0..ANNOUNCEMENTS {
        let word = format!("news-{round}-{number}");
        let said = json!({"incident_id": incident["id"], "message": word, "state": "investigating"});
        let seen = readers.see(&word, || lab.http.post(&url, Some(TOKEN), &said).map(drop))?;
        worst = worst.max(seen.nearly_all / 1e6);
    }
    Ok(worst)
}
