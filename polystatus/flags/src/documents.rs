//! What the store keeps: the collections, under which keys, and by what else a document is found.

use serde::{Deserialize, Serialize};
use store::{Document, Schema};

use crate::model::{Change, ChangeRequest, Flag, Metadata, Schedule, Segment, Usage};

/// Every collection.
pub fn schema() -> Schema {
    Schema::default()
        .with::<Flag>()
        .with::<Segment>()
        .with::<Change>()
        .with::<Schedule>()
        .with::<ChangeRequest>()
        .with::<Usage>()
        .with::<FlagSet>()
}

/// What holds for all flags together; there is one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FlagSet {
    /// What is known of all flags: clients are told of it with each.
    pub metadata: Metadata,
}

impl FlagSet {
    /// The key of the only one.
    pub const KEY: &'static str = "all";
}

impl Document for FlagSet {
    const COLLECTION: &'static str = "flag-set";

    fn key(&self) -> String {
        Self::KEY.to_owned()
    }
}

impl Document for Flag {
    const COLLECTION: &'static str = "flags";

    fn key(&self) -> String {
        self.id().to_owned()
    }
}

impl Document for Segment {
    const COLLECTION: &'static str = "segments";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Document for Change {
    const COLLECTION: &'static str = "changes";

    fn key(&self) -> String {
        self.place()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        let (index, subject) = self.history();
        vec![(index, subject.to_owned())]
    }
}

impl Document for Schedule {
    const COLLECTION: &'static str = "schedules";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("state", self.state.as_str().to_owned())]
    }
}

impl Document for ChangeRequest {
    const COLLECTION: &'static str = "requests";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("state", self.state.as_str().to_owned())]
    }
}

impl Document for Usage {
    const COLLECTION: &'static str = "usage";

    fn key(&self) -> String {
        self.flag.clone()
    }
}
