//! A document as a status page has thousands of.

use std::error::Error;

use chassis::ids::RandomIds;
use serde::{Deserialize, Serialize};
use store::{Document, Schema, Store, StoreUrl};

/// An incident: about 600 bytes of JSON, found by its state, its service and the address of who reported it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Incident {
    pub id: String,
    pub title: String,
    pub state: String,
    pub service: String,
    pub reporter: String,
    pub opened: String,
    pub updates: Vec<Update>,
}

/// What somebody wrote of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Update {
    pub at: String,
    pub by: String,
    pub text: String,
}

impl Document for Incident {
    const COLLECTION: &'static str = "incidents";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![
            ("state", self.state.clone()),
            ("service", self.service.clone()),
            // each has one of its own
            ("reporter", self.reporter.clone()),
        ]
    }
}

/// How many services there are.
pub const SERVICES: u32 = 100;

pub fn incident(number: u32) -> Incident {
    let update = |minute: u32, text: &str| Update {
        at: format!("2026-11-22T{:02}:{minute:02}:00Z", number % 24),
        by: format!("operator-{}@example.org", number % 17),
        text: text.to_owned(),
    };
    Incident {
        // not in the order in which they come
        id: format!("INC-{:08}", number.wrapping_mul(2_654_435_761) % 100_000_000),
        title: format!("Requests to service {} are slow", number % SERVICES),
        state: ["open", "identified", "monitoring", "resolved"][(number % 4) as usize].to_owned(),
        service: format!("service-{:03}", number % SERVICES),
        reporter: format!("reporter-{number}@example.org"),
        opened: format!("2026-11-22T{:02}:00:00Z", number % 24),
        updates: vec![
            update(5, "We see that every tenth request takes longer than a second, and look for the reason."),
            update(20, "The database of the service waits for its disk. We move it to another machine."),
            update(45, "It has been moved; requests are as fast as before."),
        ],
    }
}

pub async fn open(url: &StoreUrl) -> Result<Store, Box<dyn Error>> {
    Ok(Store::open(url, "bench", Schema::default().with::<Incident>(), &RandomIds).await?)
}
