//! The first scenario: one incident, and the list of a hundred, on SQLite and on Redis.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::super::contestant::Contestant;
use super::super::lab::{Lab, Question, Series};
use super::super::redis::Redis;
use super::contestants::{Built, TOKEN};

/// Open connections, kept alive.
pub const CONNECTIONS: usize = 64;
/// What is asked for the list.
pub const LIST: &str = "/api/v1/incidents";
/// Incidents that there are: a full page.
const INCIDENTS: u32 = 100;

/// One body: the limit, and ours on each storage.
pub struct Body {
    /// What is read, in words.
    pub what: &'static str,
    /// Bytes of the body.
    pub bytes: usize,
    /// Bare actix with the same body.
    pub limit: Series,
    /// Ours on SQLite.
    pub sqlite: Series,
    /// Ours on Redis.
    pub redis: Series,
}

/// The single incident, and the list.
pub type Outcome = [Body; 2];

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 6
}

/// Measure.
///
/// # Errors
/// When a contestant does not run, or does not answer what it should.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let redis = Redis::start(&lab.file("redis"), lab.cores.load)?;
    let sqlite = built.incidents("incidents on SQLite", &format!("sqlite:{}", lab.file("reads.db").display()));
    let redis_too = built.incidents("incidents on Redis", &redis.url());
    let paths = [fill(lab, &sqlite)?, fill(lab, &redis_too)?];
    let single = body(lab, built, "one incident", [&sqlite, &redis_too], [&paths[0], &paths[1]])?;
    let list = body(lab, built, "a list of 100 incidents", [&sqlite, &redis_too], [LIST, LIST])?;
    Ok([single, list])
}

fn body(
    lab: &Lab,
    built: &Built,
    what: &'static str,
    [sqlite, redis]: [&Contestant; 2],
    [on_sqlite, on_redis]: [&str; 2],
) -> Result<Body> {
    let file = lab.file(&format!("{}.json", what.replace(' ', "-")));
    let bytes = {
        let server = lab.start(sqlite)?;
        lab.http.get(&server.url(on_sqlite))?
    };
    std::fs::write(&file, &bytes)?;
    let limit = built.bare.with(&file);
    let turns = [(&limit, on_sqlite), (sqlite, on_sqlite), (redis, on_redis)];
    let mut series = turns.map(|(contestant, _)| Series::new(&contestant.name));
    for _ in 0..lab.rounds {
        for ((contestant, path), series) in turns.iter().zip(&mut series) {
            let question = Question { path, connections: CONNECTIONS, script: None };
            let sample = lab.run(contestant, &question, |_, _| Ok(()));
            series.push(sample.with_context(|| format!("{what} of {}", contestant.name))?);
        }
    }
    let [limit, sqlite, redis] = series;
    Ok(Body { what, bytes: bytes.len(), limit, sqlite, redis })
}

/// Open incidents until the list is full; the path of the last one.
fn fill(lab: &Lab, service: &Contestant) -> Result<String> {
    lab.announce(&format!("filling {}", service.name));
    let server = lab.start(service)?;
    let mut last = Value::Null;
    for number in 0..INCIDENTS {
        last = lab.http.post(&server.url(LIST), Some(TOKEN), &incident(number))?;
    }
    let listed: Vec<Value> = serde_json::from_slice(&lab.http.get(&server.url(LIST))?)?;
    ensure!(listed.len() == INCIDENTS as usize, "{} lists {} incidents", service.name, listed.len());
    let id = last["id"].as_str().with_context(|| format!("{} answers an incident without id: {last}", service.name))?;
    Ok(format!("{LIST}/{id}"))
}

fn incident(number: u32) -> Value {
    json!({
        "title": format!("Checkout answers slowly, number {number}"),
        "sev": number % 4 + 1,
        "summary": "Half of the orders take longer than ten seconds; the database's disk is at its limit.",
    })
}
