//! The first scenario: the list of the course's two servers, against the limit and the peers.

use anyhow::{Context, Result, ensure};

use super::super::contestant::Contestant;
use super::super::lab::{Lab, Question, Series};
use super::contestants::Built;

/// Open connections, kept alive.
pub const CONNECTIONS: usize = 64;
/// What is asked.
pub const PATH: &str = "/api/v1/servers";

/// The limit first, then ours, then the peers as they came.
pub struct Outcome {
    /// Bare actix with our service's body.
    pub limit: Series,
    /// Our service.
    pub ours: Series,
    /// Flask and the like.
    pub peers: Vec<Series>,
}

impl Outcome {
    /// The peer that the goals name: the reference as one would deploy it.
    pub fn gunicorn(&self) -> Option<&Series> {
        self.peers.iter().find(|peer| peer.name.contains("gunicorn"))
    }
}

/// How many runs it takes.
pub fn runs(rounds: u32, peers: usize) -> u32 {
    rounds * u32::try_from(2 + peers).expect("there are few peers")
}

/// Measure.
///
/// # Errors
/// When a contestant does not run, or does not answer the two servers.
pub fn measure(lab: &Lab, built: &Built, peers: &[Contestant]) -> Result<Outcome> {
    let ours = built.inventory("inventory-api", &lab.file("list.db"));
    let body = lab.file("list.json");
    {
        // the first start makes the database, so that the measured ones find it
        let server = lab.start(&ours)?;
        std::fs::write(&body, lab.http.get(&server.url(PATH))?)?;
    }
    let limit = built.bare.with(&body);
    let contestants: Vec<&Contestant> = [&limit, &ours].into_iter().chain(peers).collect();
    let mut series: Vec<Series> = contestants.iter().map(|contestant| Series::new(&contestant.name)).collect();
    let question = Question { path: PATH, connections: CONNECTIONS, script: None };
    for _ in 0..lab.rounds {
        for (contestant, series) in contestants.iter().zip(&mut series) {
            let sample = lab.run(contestant, &question, |server, _| {
                let list = lab.http.list(&server.url(PATH))?;
                ensure!(
                    list.count == 2 && list.servers.len() == 2,
                    "{} does not answer the two servers of the course",
                    contestant.name
                );
                Ok(())
            });
            series.push(sample.with_context(|| format!("the list of {}", contestant.name))?);
        }
    }
    let mut series = series.into_iter();
    let mut next = || series.next().expect("one for each contestant");
    Ok(Outcome { limit: next(), ours: next(), peers: series.collect() })
}
