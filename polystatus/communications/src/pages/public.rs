//! `GET /api/v1/public/status`: the incidents of which the public was told.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Announcement, Incident, KnownStatus};

/// An incident, as the public knows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicIncident {
    /// Its id.
    #[schema(example = "INC-1JN7W800000000000")]
    pub id: String,
    /// What is wrong, in one line.
    #[schema(example = "Checkout answers with errors")]
    pub title: String,
    /// How bad it is, from 1 (worst) to 4.
    #[schema(example = 2, minimum = 1, maximum = 4)]
    pub sev: u8,
    /// Where it stands.
    pub status: KnownStatus,
    /// What the public was told last.
    pub last_public: Announcement,
    /// What is affected.
    #[schema(example = json!(["Checkout"]))]
    pub services: Vec<String>,
    /// When it began, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub started_at: i64,
}

impl PublicIncident {
    /// As the public knows it; `None` when the public was told nothing.
    pub fn of(incident: &Incident) -> Option<Self> {
        Some(Self {
            id: incident.id.clone(),
            title: incident.title.clone(),
            sev: incident.sev,
            status: incident.known_status(),
            last_public: incident.last()?.into(),
            services: incident.services.clone(),
            started_at: incident.started_at,
        })
    }
}
