//! An incident, as it is kept and shown.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ImpossibleTransition, Line, NewIncident, Prose, Rendered, Searchable, ServiceId, Severity, Status};

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Incident {
    /// `INC-` and a suffix that sorts by time.
    #[schema(example = "INC-1JN7W800000000000", pattern = "^INC-[0-9A-HJKMNP-TV-Z]{17}$")]
    pub id: String,
    /// What is wrong, in one line.
    #[schema(value_type = String, example = "Checkout answers with errors", min_length = 1, max_length = 200)]
    pub title: Line<200>,
    /// How bad it is.
    pub sev: Severity,
    /// What is affected, as people named it; `Checkout API` and `checkout-api` are the same service.
    #[schema(value_type = Vec<String>, example = json!(["Checkout"]))]
    pub services: Vec<Line<100>>,
    /// What is known of it.
    #[schema(value_type = String, example = "Every second payment fails", max_length = 5000)]
    pub summary: Prose<5000>,
    /// Where it stands.
    pub status: Status,
    /// When it began, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub started_at: i64,
    /// Who leads the work on it: a user's id.
    #[schema(example = "USR-1JN7W800000000000")]
    pub commander: Option<String>,
    /// Where it was noticed: `manual`, `inventory`, `csp`, …
    #[schema(value_type = String, example = "manual", min_length = 1, max_length = 100)]
    pub source: Line<100>,
    /// Servers that are concerned: ids of the inventory.
    #[schema(example = json!([2]))]
    pub servers: Vec<i64>,
    /// The inventory could not be asked for these servers yet.
    pub servers_unverified: bool,
    /// Who opened it: a user's id, `api-token`, or `inventory` for what was opened from an event.
    #[schema(example = "api-token")]
    pub created_by: String,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
    /// When it was mitigated, if it is now or was before it was resolved.
    #[schema(example = json!(null))]
    pub mitigated_at: Option<i64>,
    /// When it was resolved, if it is.
    #[schema(example = json!(null))]
    pub resolved_at: Option<i64>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) json: Rendered,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) searchable: Searchable,
}

impl Incident {
    /// A new one, open.
    pub fn open(id: String, new: NewIncident, by: String, now: i64) -> Self {
        let NewIncident { title, sev, services, summary, source, servers } = new;
        Self {
            id,
            title,
            sev,
            services,
            summary,
            status: Status::Open,
            started_at: now,
            commander: None,
            source,
            servers,
            servers_unverified: false,
            created_by: by,
            updated_at: now,
            mitigated_at: None,
            resolved_at: None,
            json: Rendered::default(),
            searchable: Searchable::default(),
        }
    }

    /// The same incident, in another status.
    ///
    /// # Errors
    /// When there is no way from its status to that one.
    pub fn in_status(&self, status: Status, now: i64) -> Result<Self, ImpossibleTransition> {
        let status = self.status.go_to(status)?;
        let (mitigated_at, resolved_at) = match status {
            Status::Open => (None, None),
            Status::Mitigated => (Some(now), None),
            Status::Resolved => (self.mitigated_at, Some(now)),
        };
        Ok(Self { status, mitigated_at, resolved_at, updated_at: now, ..self.clone() })
    }

    /// The ids of the services that it names, each once.
    pub fn service_ids(&self) -> Vec<ServiceId> {
        let mut ids: Vec<ServiceId> = self.services.iter().filter_map(|name| name.as_str().parse().ok()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Whether it goes on.
    pub fn is_unresolved(&self) -> bool {
        self.status != Status::Resolved
    }

    /// Its JSON, made once for each version.
    pub fn json(&self) -> Bytes {
        self.json.json(self)
    }
}
