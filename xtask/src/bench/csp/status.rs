//! The list of all providers, against bare actix with the same body.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::super::contestant::{self, BareActix, Contestant};
use super::super::lab::{Lab, Question, Series};

/// Open connections, kept alive.
pub const CONNECTIONS: usize = 64;
/// What is asked.
pub const PATH: &str = "/api/v1/csp/status";

/// The programs that we build.
pub struct Built {
    folder: PathBuf,
    bare: BareActix,
}

impl Built {
    /// Build them.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let (folder, bare) = contestant::build(&["polystatus-csp"])?;
        Ok(Self { folder, bare })
    }
}

/// The limit and ours.
pub struct Outcome {
    /// Bytes of the body.
    pub bytes: usize,
    /// Bare actix with the same body.
    pub limit: Series,
    /// Ours.
    pub ours: Series,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 2
}

/// Measure. The providers are those of the catalogue, and nobody is asked for a feed: no network is in the figures.
///
/// # Errors
/// When a contestant does not run, or does not answer what it should.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let store = format!("sqlite:{}", lab.file("csp.db").display());
    let environment = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("STORE_URL", store.as_str()), ("POLL_SECONDS", "0")];
    let ours = Contestant {
        name: "csp".to_owned(),
        program: built.folder.join("polystatus-csp"),
        arguments: vec![],
        environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
    };
    let body = {
        let server = lab.start(&ours)?;
        lab.http.get(&server.url(PATH))?
    };
    let file = lab.file("status.json");
    std::fs::write(&file, &body)?;
    let limit = built.bare.with(&file);
    let turns = [&limit, &ours];
    let mut series = turns.map(|contestant| Series::new(&contestant.name));
    for _ in 0..lab.rounds {
        for (contestant, series) in turns.iter().zip(&mut series) {
            let question = Question { path: PATH, connections: CONNECTIONS, script: None };
            let sample = lab.run(contestant, &question, |_, _| Ok(()));
            series.push(sample.with_context(|| format!("the status list of {}", contestant.name))?);
        }
    }
    let [limit, ours] = series;
    Ok(Outcome { bytes: body.len(), limit, ours })
}
