//! The incidents service, where incidents are opened.
//!
//! *It is down*: who asked by hand is told so (503). What events want of it waits: see [`crate::openings`].

use chassis::ApiError;
use chassis::client::{Peer, PeerAddressError, PeerError, Response};
use chassis::error::Detail;
use chassis::service::Foundation;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use values::Line;

use crate::model::Severity;
use crate::settings::Settings;

/// Where they are noticed.
pub const SOURCE: &str = "csp";

/// Seconds after which a client may try again when the incidents service is down and says nothing of its own.
const RETRY_AFTER: u32 = 5;

/// Entries of a timeline that are read at once, small enough for the largest answer that is taken; and how often at most.
const PAGE: usize = 100;
const MOST_PAGES: usize = 100;

/// The incidents service.
#[derive(Debug, Clone)]
pub struct Incidents(Peer);

/// An incident to open, as the incidents service takes it.
#[derive(Debug, Serialize)]
pub struct ToOpen<'a> {
    /// What is wrong, in one line.
    pub title: &'a str,
    /// How bad it is.
    pub sev: Severity,
    /// What is affected.
    pub services: &'a [Line<100>],
    /// What is known of it.
    pub summary: &'a str,
    /// Always [`SOURCE`].
    pub source: &'static str,
}

/// An incident, as far as it matters here.
#[derive(Debug, Deserialize)]
pub struct Seen {
    /// `open`, `mitigated` or `resolved`.
    pub status: String,
    /// Who leads the work on it.
    pub commander: Option<String>,
    /// Its version.
    #[serde(skip)]
    pub etag: String,
}

/// An entry of an incident's timeline, as far as it matters here.
#[derive(Debug, Deserialize)]
pub struct TimelineEntry {
    /// What happened.
    pub message: String,
    /// What the incidents service saw change.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// A field that changed.
#[derive(Debug, Deserialize)]
pub struct Change {
    /// Which one.
    pub field: String,
}

/// What the incidents service says when it refuses.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    details: Vec<RefusedField>,
}

#[derive(Deserialize)]
struct RefusedField {
    field: String,
    message: String,
}

impl Incidents {
    /// The service that the settings name, if they do.
    ///
    /// # Errors
    /// When its address is none.
    pub fn of(settings: &Settings, foundation: &Foundation) -> Result<Option<Self>, PeerAddressError> {
        let Some(url) = &settings.incidents_url else { return Ok(None) };
        let mut builder = Peer::builder("incidents", url.clone()).ids(foundation.ids.clone());
        if let Some(token) = &settings.incidents_token {
            builder = builder.token(token.clone());
        }
        let peer = builder.build()?;
        foundation.metrics.watch(&peer);
        Ok(Some(Self(peer)))
    }

    /// Open an incident; under the same key it is the same incident.
    ///
    /// # Errors
    /// As the peer's call; a refusal is an answer.
    pub async fn send(&self, incident: &ToOpen<'_>, key: &str) -> Result<Response, PeerError> {
        self.0.post("/api/v1/incidents").header("idempotency-key", key).json(incident).send().await
    }

    /// An incident as it is now; none when it is not there any more.
    ///
    /// # Errors
    /// As the peer's call.
    pub async fn read(&self, id: &str) -> Result<Option<Seen>, PeerError> {
        let response = self.0.get("/api/v1/incidents").segment(id).send().await?;
        let etag = response.header("etag").unwrap_or_default().to_owned();
        Ok(response.found::<Seen>()?.map(|seen| Seen { etag, ..seen }))
    }

    /// An incident's timeline, page by page, up to ten thousand entries.
    ///
    /// # Errors
    /// As the peer's call.
    pub async fn timeline(&self, id: &str) -> Result<Vec<TimelineEntry>, PeerError> {
        let (mut entries, mut cursor) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let mut call = self.0.get("/api/v1/incidents").segment(id).segment("timeline").query("limit", PAGE);
            if let Some(cursor) = &cursor {
                call = call.query("cursor", cursor);
            }
            let response = call.send().await?.ok()?;
            cursor = response.next_cursor();
            entries.extend(response.json::<Vec<TimelineEntry>>()?);
            if cursor.is_none() {
                break;
            }
        }
        Ok(entries)
    }

    /// Add a note to the timeline of an incident.
    ///
    /// # Errors
    /// As the peer's call.
    pub async fn note(&self, id: &str, message: &str) -> Result<(), PeerError> {
        let call = self.0.post("/api/v1/incidents").segment(id).segment("timeline");
        call.json(&json!({"type": "note", "message": message})).send().await?.ok().map(drop)
    }

    /// Bring an incident to another status, if it is still as it was seen.
    ///
    /// # Errors
    /// As the peer's call; 412 when it has changed since.
    pub async fn set_status(&self, id: &str, seen: &Seen, status: &str) -> Result<(), PeerError> {
        let call = self.0.post("/api/v1/incidents").segment(id).segment("status").header("if-match", &seen.etag);
        call.json(&json!({"status": status})).send().await?.ok().map(drop)
    }

    /// Open an incident for somebody who waits for it.
    ///
    /// # Errors
    /// What the incidents service refuses, and 503 when it cannot be asked.
    pub async fn open(&self, incident: &ToOpen<'_>, key: &str) -> Result<Value, ApiError> {
        let unavailable = |error: &PeerError| {
            tracing::warn!(%error, "an incident cannot be opened");
            let seconds = error.retry_after().and_then(|after| u32::try_from(after.as_secs()).ok());
            let message = "The incidents service cannot be asked: try again, with the same Idempotency-Key";
            ApiError::unavailable(message, seconds.unwrap_or(RETRY_AFTER).max(1))
        };
        let response = self.send(incident, key).await.map_err(|error| unavailable(&error))?;
        if matches!(response.status().as_u16(), 400 | 409)
            && let Ok(refusal) = serde_json::from_slice::<Refusal>(response.body())
        {
            let details = refusal.details.into_iter().map(|wrong| Detail::new(wrong.field, wrong.message)).collect();
            let conflict = response.status().as_u16() == 409;
            let error = if conflict { ApiError::conflict(refusal.error) } else { ApiError::bad_request(refusal.error) };
            return Err(error.with_details(details));
        }
        response.json().map_err(|error| unavailable(&error))
    }
}
