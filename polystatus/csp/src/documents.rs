//! What the store keeps: the collections, under which keys, and by what else a document is found.

use store::{Document, Schema};

use crate::model::{Opening, OpeningState, Provider, ProviderEvent, Removed, Standing, StatusDay};

/// Every collection.
pub fn schema() -> Schema {
    Schema::default()
        .with::<Provider>()
        .with::<Removed>()
        .with::<Standing>()
        .with::<ProviderEvent>()
        .with::<StatusDay>()
        .with::<Opening>()
}

impl Document for Provider {
    const COLLECTION: &'static str = "providers";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Document for Removed {
    const COLLECTION: &'static str = "removed";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Document for Standing {
    const COLLECTION: &'static str = "standings";

    fn key(&self) -> String {
        self.provider.to_string()
    }
}

impl Document for ProviderEvent {
    const COLLECTION: &'static str = "events";

    fn key(&self) -> String {
        Self::key_of(&self.provider, &self.id)
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("active", self.active.to_string())]
    }
}

impl Document for StatusDay {
    const COLLECTION: &'static str = "days";

    fn key(&self) -> String {
        format!("{}/{}", self.provider, self.date)
    }
}

impl Document for Opening {
    const COLLECTION: &'static str = "openings";

    fn key(&self) -> String {
        ProviderEvent::key_of(&self.provider, &self.event)
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        match self.state {
            OpeningState::Wanted => vec![("wanted", "true".to_owned())],
            OpeningState::Opened(_) if self.turn.is_some() => vec![("turn", "true".to_owned())],
            _ => Vec::new(),
        }
    }
}
