//! The incidents service, where incidents are opened.
//!
//! *It is down*: who asked by hand is told so (503). What an event wants opened stays wanted, and is sent when it is back,
//! under a key that is always the same for this event: sent twice, it opens one.

use std::time::Duration;

use chassis::ApiError;
use chassis::client::{Peer, PeerAddressError, PeerError, Response};
use chassis::error::Detail;
use chassis::service::Foundation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Document, Draft, Store};
use tokio::time::{MissedTickBehavior, interval};
use values::Line;

use crate::model::{Opening, OpeningState, Severity};
use crate::settings::Settings;
use crate::stamp::{OURSELVES, Scribe};
use crate::writes;

/// Where they are noticed.
pub const SOURCE: &str = "csp";

/// Seconds after which a client may try again when the incidents service is down and says nothing of its own.
const RETRY_AFTER: u32 = 5;

/// How often what could not be sent is sent again.
const TRY_EVERY: Duration = Duration::from_secs(5);

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

#[derive(Deserialize)]
struct Opened {
    id: String,
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
    async fn send(&self, incident: &ToOpen<'_>, key: &str) -> Result<Response, PeerError> {
        self.0.post("/api/v1/incidents").header("idempotency-key", key).json(incident).send().await
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

/// The key of an event's incident: the same whenever and by whomever it is sent.
fn key_of(opening: &Opening) -> String {
    format!("csp-{}", crate::fingerprint::of(opening.key().as_bytes()))
}

/// Open what is wanted, for as long as the service runs.
pub async fn open_what_is_wanted(store: Store, incidents: Incidents, scribe: Scribe) {
    let mut changed = store.changed();
    let mut ticks = interval(TRY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            more = changed.changed() => if more.is_err() { return },
        }
        let wanted: Vec<_> = store.read().find::<Opening>("wanted", "true").cloned().collect();
        for opening in wanted {
            let Some(state) = sent(&incidents, &opening).await else { break };
            let (key, stamp) = (opening.key(), scribe.stamp(OURSELVES));
            let settle = move |draft: &mut Draft| writes::settle_opening(draft, &stamp, &key, &state);
            if let Err(error) = store.write(settle).await {
                tracing::debug!(%error, "an incident was opened, and that could not be written down yet");
            }
        }
    }
}

/// What the incidents service makes of it; `None` when it cannot be asked, and so for the others either.
async fn sent(incidents: &Incidents, opening: &Opening) -> Option<OpeningState> {
    let Opening { title, sev, services, summary, .. } = opening;
    let incident = ToOpen { title, sev: *sev, services, summary, source: SOURCE };
    let answer = incidents.send(&incident, &key_of(opening)).await;
    match answer.and_then(Response::json::<Opened>) {
        Ok(Opened { id }) => Some(OpeningState::Opened(id)),
        // what is wrong with this incident stays wrong; a token or an address that is mended tomorrow opens it then
        Err(PeerError::Refused { status, message, .. }) if matches!(status.as_u16(), 400 | 409 | 413 | 422) => {
            tracing::warn!(provider = %opening.provider, event = opening.event, message, "an incident was refused");
            Some(OpeningState::Refused(message))
        }
        Err(error) => {
            tracing::debug!(%error, "an incident waits for the incidents service");
            None
        }
    }
}
