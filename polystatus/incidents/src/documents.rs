//! What the store keeps: the collections, under which keys, and by what else a document is found.

use events::inbox::Handled;
use serde::{Deserialize, Serialize};
use store::{Document, Schema};

use crate::model::{AlertGroup, CatalogueService, Following, Incident, NewIncident, Postmortem, TimelineEntry};
use crate::reports::{ReportDay, ReportState, WatchDay};

/// Every collection.
pub fn schema() -> Schema {
    Schema::default()
        .with::<Incident>()
        .with::<TimelineEntry>()
        .with::<Postmortem>()
        .with::<Following>()
        .with::<CatalogueService>()
        .with::<ReportDay>()
        .with::<WatchDay>()
        .with::<ReportState>()
        .with::<Opened>()
        .with::<AlertGroup>()
        .with::<Handled>()
}

/// What a client opened under an `Idempotency-Key`, so that asking again does not open another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Who, and under which key of theirs.
    pub by: String,
    /// The client's key.
    pub key: String,
    /// What was asked for: the same key with another request is a mistake.
    pub request: NewIncident,
    /// What came of it.
    pub incident: String,
    /// When, in Unix seconds: after a day it is forgotten.
    pub at: i64,
}

impl Opened {
    /// Its key in the store.
    pub fn key_of(by: &str, key: &str) -> String {
        format!("{by}/{key}")
    }
}

impl Document for Incident {
    const COLLECTION: &'static str = "incidents";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut indexes = vec![("status", self.status.as_str().to_owned()), ("sev", self.sev.to_string())];
        indexes.extend(self.service_ids().into_iter().map(|id| ("service", id.into())));
        if self.servers_unverified {
            indexes.push(("unverified", "true".to_owned()));
        }
        if self.is_unresolved() {
            indexes.extend(self.service_ids().into_iter().map(|id| ("unresolved-of-service", id.into())));
            indexes.extend(self.servers.iter().map(|id| ("unresolved-of-server", id.to_string())));
        }
        indexes
    }
}

impl Document for TimelineEntry {
    const COLLECTION: &'static str = "timeline";

    fn key(&self) -> String {
        format!("{}{}", Self::key_prefix(&self.incident_id), self.id)
    }
}

impl Document for Postmortem {
    const COLLECTION: &'static str = "postmortems";

    fn key(&self) -> String {
        self.incident_id.clone()
    }
}

impl Document for Following {
    const COLLECTION: &'static str = "following";

    fn key(&self) -> String {
        self.user.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        self.incidents.keys().map(|incident| ("incident", incident.clone())).collect()
    }
}

impl Document for CatalogueService {
    const COLLECTION: &'static str = "services";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Document for ReportDay {
    const COLLECTION: &'static str = "reports";

    fn key(&self) -> String {
        format!("{}/{}", self.service, self.date)
    }
}

impl Document for WatchDay {
    const COLLECTION: &'static str = "watch";

    fn key(&self) -> String {
        self.date.clone()
    }
}

impl Document for ReportState {
    const COLLECTION: &'static str = "report-states";

    fn key(&self) -> String {
        self.service.to_string()
    }
}

impl Document for AlertGroup {
    const COLLECTION: &'static str = "alert-groups";

    fn key(&self) -> String {
        self.key.clone()
    }
}

impl Document for Opened {
    const COLLECTION: &'static str = "opened";

    fn key(&self) -> String {
        Self::key_of(&self.by, &self.key)
    }
}
