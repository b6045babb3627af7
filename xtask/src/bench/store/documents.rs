//! Many documents: to load, to hold and to read.

use anyhow::Result;
use serde::Deserialize;

use super::super::lab::Lab;
use super::super::redis::Redis;
use super::DOCUMENTS;
use super::program::Program;

/// What they cost in one storage.
pub struct Outcome {
    /// Bytes of JSON of one document.
    pub json: f64,
    /// Storage, and what was seen.
    pub loads: Vec<(&'static str, Load)>,
}

#[derive(Deserialize)]
struct Filled {
    json: f64,
}

/// Seconds and bytes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Load {
    /// To open the storage and read all of them.
    pub seconds: f64,
    /// That the process grew by.
    pub memory: f64,
    /// To find one by its key.
    pub get: f64,
    /// To walk over 100 from a key on.
    pub page: f64,
    /// To walk over the first 100 that an index finds.
    pub find: f64,
    /// To count what an index finds.
    pub count: f64,
}

/// How many runs it takes.
pub fn runs() -> u32 {
    4
}

/// Fill a storage of each kind, and load it.
///
/// # Errors
/// When something does not run.
pub fn measure(lab: &Lab, program: &Program) -> Result<Outcome> {
    let redis = Redis::start(&lab.file("redis-documents"), lab.cores.server)?;
    let file = format!("sqlite:{}", lab.file("documents.db").display());
    let mut loads = vec![];
    let mut json = 0.0;
    for (name, url) in [("SQLite", file), ("Redis", redis.url())] {
        lab.announce(name);
        let filled: Filled = program.figures(&url, &["fill", &DOCUMENTS.to_string()])?;
        lab.advance();
        json = filled.json / f64::from(DOCUMENTS);
        loads.push((name, program.figures(&url, &["load"])?));
        lab.advance();
    }
    Ok(Outcome { json, loads })
}
