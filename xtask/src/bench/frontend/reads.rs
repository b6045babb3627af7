//! The first scenario: the page and `summary.json`, as fast as one core can send them.

use anyhow::{Context, Result};

use super::super::lab::{Lab, Question, Series};
use super::built::{Built, knows};

/// Open connections, kept alive.
pub const CONNECTIONS: usize = 64;
/// What is read: in words, and its path.
const READ: [(&str, &str); 2] = [("The page", "/"), ("summary.json", "/api/v2/summary.json")];
/// As a share of a fixed body of the same size.
pub const SHARE: f64 = 0.8;

/// One body: the limit, and ours.
pub struct Body {
    /// What is read, in words.
    pub what: &'static str,
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
    let communications = built.communications(lab)?;
    let page = built.frontend(lab, &communications);
    let mut bodies = vec![];
    for (what, path) in READ {
        let bytes = {
            let server = lab.start(&page)?;
            knows(lab, &server)?;
            lab.http.get(&server.url(path))?
        };
        let file = lab.file("body");
        std::fs::write(&file, &bytes)?;
        let limit = built.bare.with(&file);
        let mut series = [Series::new(&limit.name), Series::new(&page.name)];
        for _ in 0..lab.rounds {
            for (contestant, series) in [&limit, &page].into_iter().zip(&mut series) {
                let question = Question { path, connections: CONNECTIONS, script: None };
                let sample = lab.run(contestant, &question, |_, _| Ok(()));
                series.push(sample.with_context(|| format!("{path} of {}", contestant.name))?);
            }
        }
        let [limit, ours] = series;
        bodies.push(Body { what, bytes: bytes.len(), limit, ours });
    }
    Ok(bodies)
}
