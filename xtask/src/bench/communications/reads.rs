//! The first scenario: `summary.json` and `public/status`.

use anyhow::{Context, Result};
use serde_json::json;

use super::super::lab::{Lab, Question, Series};
use super::{Built, TOKEN};

/// Open connections, kept alive.
const CONNECTIONS: usize = 64;
/// Incidents of which the public was told, with three updates each.
pub const INCIDENTS: u32 = 20;
/// What is read.
const PATHS: [&str; 2] = ["/api/v2/summary.json", "/api/v1/public/status"];

/// One body: the limit, and ours.
pub struct Body {
    /// What is read.
    pub path: &'static str,
    /// Bytes of the body.
    pub bytes: usize,
    /// Bare actix with the same body.
    pub limit: Series,
    /// Ours.
    pub ours: Series,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 4
}

/// Measure.
///
/// # Errors
/// When a contestant does not run, or does not answer what it should.
pub fn measure(lab: &Lab, built: &Built) -> Result<Vec<Body>> {
    let service = built.service(&lab.file("reads.db").display().to_string(), &[]);
    {
        let server = lab.start(&service)?;
        for number in 0..3 * INCIDENTS {
            let message = "Half of the orders take longer than ten seconds; the database's disk is at its limit.";
            let id = format!("INC-{:03}", number % INCIDENTS);
            let said = json!({"incident_id": id, "message": message, "state": "investigating"});
            lab.http.post(&server.url("/api/v1/public/announce"), Some(TOKEN), &said)?;
        }
    }
    let mut bodies = vec![];
    for (place, path) in PATHS.into_iter().enumerate() {
        let bytes = {
            let server = lab.start(&service)?;
            lab.http.get(&server.url(path))?
        };
        let file = lab.file(&format!("body-{place}.json"));
        std::fs::write(&file, &bytes)?;
        let limit = built.bare.with(&file);
        let mut series = [Series::new(&limit.name), Series::new(&service.name)];
        for _ in 0..lab.rounds {
            for (contestant, series) in [&limit, &service].into_iter().zip(&mut series) {
                let question = Question { path, connections: CONNECTIONS, script: None };
                let sample = lab.run(contestant, &question, |_, _| Ok(()));
                series.push(sample.with_context(|| format!("{path} of {}", contestant.name))?);
            }
        }
        let [limit, ours] = series;
        bodies.push(Body { path, bytes: bytes.len(), limit, ours });
    }
    Ok(bodies)
}
