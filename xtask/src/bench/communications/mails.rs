//! The second scenario: an announcement, until everybody's mail is sent.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::super::figures::{Rounds, float};
use super::super::lab::Lab;
use super::super::server::Server;
use super::sink::Sink;
use super::{Built, TOKEN};
use crate::stopwatch::Stopwatch;

/// Who gets a mail.
pub const SUBSCRIBERS: usize = 2000;
/// Connections to the mail server.
pub const CONNECTIONS: u32 = 8;

/// How long everybody's mail may take.
const LIMIT: Duration = Duration::from_mins(5);

/// What was seen.
pub struct Outcome {
    /// Rows a second, until every recipient has one.
    pub queued: Rounds,
    /// Mails a second, until all are sent.
    pub sent: Rounds,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds
}

/// Measure.
///
/// # Errors
/// When the service does not run, or does not send.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let sink = Sink::start()?;
    let url = format!("smtp://127.0.0.1:{}", sink.port());
    let connections = CONNECTIONS.to_string();
    let more = [
        ("SMTP_URL", url.as_str()),
        ("SMTP_CONNECTIONS", connections.as_str()),
        ("ROLL_UP_SECONDS", "0"),
        ("SUBSCRIPTIONS_PER_HOUR", "10000"),
    ];
    let service = built.service(&lab.file("mails.db").display().to_string(), &more);
    lab.announce("subscribing");
    let server = lab.start(&service)?;
    subscribe(lab, &server, &sink)?;
    let (mut queued, mut sent) = (vec![], vec![]);
    for round in 0..lab.rounds {
        lab.announce("mails");
        let before = totals(lab, &server)?;
        let said = json!({"incident_id": format!("INC-{round}"), "message": "For everybody", "state": "investigating"});
        let stopwatch = Stopwatch::start();
        lab.http.post(&server.url("/api/v1/public/announce"), Some(TOKEN), &said)?;
        let all = |totals: &Value, what: &str| {
            totals[what].as_u64().unwrap_or_default() >= before[what].as_u64().unwrap_or_default() + SUBSCRIBERS as u64
        };
        wait(lab, &server, &stopwatch, |totals| all(totals, "all"))?;
        queued.push(float(SUBSCRIBERS as u64) / stopwatch.elapsed().as_secs_f64());
        wait(lab, &server, &stopwatch, |totals| all(totals, "sent"))?;
        sent.push(float(SUBSCRIBERS as u64) / stopwatch.elapsed().as_secs_f64());
        lab.advance();
    }
    ensure!(sink.tokens().len() == SUBSCRIBERS, "somebody was asked twice");
    Ok(Outcome { queued: Rounds::new(queued), sent: Rounds::new(sent) })
}

/// Subscribe everybody, and confirm each by the link that was mailed.
fn subscribe(lab: &Lab, server: &Server, sink: &Sink) -> Result<()> {
    for number in 0..SUBSCRIBERS {
        let subscription = json!({"email": format!("r{number}@example.org")});
        lab.http.post(&server.url("/api/v1/subscriptions/email"), None, &subscription)?;
    }
    let stopwatch = Stopwatch::start();
    while sink.tokens().len() < SUBSCRIBERS {
        ensure!(stopwatch.elapsed() < LIMIT, "only {} confirmations came", sink.tokens().len());
        sleep(Duration::from_millis(20));
    }
    for token in sink.tokens() {
        lab.http.post(&server.url("/api/v1/subscriptions/confirm"), None, &json!({"token": token}))?;
    }
    Ok(())
}

fn totals(lab: &Lab, server: &Server) -> Result<Value> {
    let answer = lab.http.get_as(&server.url("/api/v1/deliveries?limit=1"), TOKEN)?;
    let answer: Value = serde_json::from_slice(&answer)?;
    Ok(answer["totals"].clone())
}

fn wait(lab: &Lab, server: &Server, stopwatch: &Stopwatch, holds: impl Fn(&Value) -> bool) -> Result<()> {
    loop {
        let totals = totals(lab, server)?;
        if holds(&totals) {
            return Ok(());
        }
        if stopwatch.elapsed() > LIMIT {
            bail!("not everybody has a mail: {totals}");
        }
        // the error of what is measured, and little work for the core that sends
        sleep(Duration::from_millis(2));
    }
}
