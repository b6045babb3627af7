//! Incidents of our own, followed from the event that opened them to its end.
//!
//! What is to be done stands in the store: written with the event, in one step. It is done here, until the incidents service
//! has it. A crash between two steps does nothing twice: an incident is opened under a key that is always the same for its
//! event, and a note is looked for in the timeline before it is written there.

use std::collections::HashMap;
use std::time::Duration;

use chassis::client::{PeerError, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::{Document, Draft, Store};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::model::{Opening, OpeningState, Turn};
use crate::peers::{Incidents, SOURCE, ToOpen};
use crate::stamp::{OURSELVES, Scribe};
use crate::writes::{self, Told};

/// How often what could not be done is tried again.
const TRY_EVERY: Duration = Duration::from_secs(5);

/// Of several replicas the one with this lease writes to incidents that are open, else each of them would leave a note.
const LEASE: &str = "openings";
const LEASE_SECONDS: u32 = 10;

/// So often we change the status of an incident at most; what comes after that is noted.
const MOST_STATUS_CHANGES: usize = 3;

/// So many notes we leave in a timeline at most: an event may come and go without end.
const MOST_NOTES: usize = 20;

#[derive(Deserialize)]
struct Opened {
    id: String,
}

/// Open what is wanted, and tell incidents how their events go on, for as long as the service runs.
pub async fn see_to_them(store: Store, incidents: Incidents, scribe: Scribe) {
    let holder = scribe.ids.secret();
    let mut changed = store.changed();
    let mut ticks = interval(TRY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed: HashMap<String, Instant> = HashMap::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            more = changed.changed() => if more.is_err() { return },
        }
        let now = Instant::now();
        failed.retain(|_, at| *at + TRY_EVERY > now);
        let rested = |opening: &&Opening| !failed.contains_key(&opening.key());
        let snapshot = store.read();
        let wanted = snapshot.find::<Opening>("wanted", "true").map(|opening| &opening.document).filter(rested);
        let turned = snapshot.find::<Opening>("turn", "true").map(|opening| &opening.document).filter(rested);
        let (wanted, turned): (Vec<_>, Vec<_>) = (wanted.cloned().collect(), turned.cloned().collect());
        drop(snapshot);
        for opening in wanted {
            // one that fails holds up no other; whether the service is there at all its circuit breaker knows
            match sent(&incidents, &opening).await {
                Some(state) => settle_opening(&store, &scribe, &opening, state).await,
                None => drop(failed.insert(opening.key(), now)),
            }
        }
        if turned.is_empty() || !store.lease(LEASE, &holder, LEASE_SECONDS).await.unwrap_or(false) {
            continue;
        }
        for opening in turned {
            match told(&incidents, &opening).await {
                Some((turn, told)) => settle_turn(&store, &scribe, &opening, turn, told).await,
                None => drop(failed.insert(opening.key(), now)),
            }
        }
    }
}

async fn settle_opening(store: &Store, scribe: &Scribe, opening: &Opening, state: OpeningState) {
    let (key, stamp) = (opening.key(), scribe.stamp(OURSELVES));
    let settle = move |draft: &mut Draft| writes::settle_opening(draft, &stamp, &key, &state);
    if let Err(error) = store.write(settle).await {
        tracing::debug!(%error, "an incident was opened, and that could not be written down yet");
    }
}

async fn settle_turn(store: &Store, scribe: &Scribe, opening: &Opening, turn: Turn, told: Told) {
    let (key, stamp) = (opening.key(), scribe.stamp(OURSELVES));
    let settle = move |draft: &mut Draft| writes::settle_turn(draft, &stamp, &key, &turn, told);
    if let Err(error) = store.write(settle).await {
        tracing::debug!(%error, "an incident was told of its event, and that could not be written down yet");
    }
}

/// The key of an event's incident: the same whenever and by whomever it is sent.
fn key_of(opening: &Opening) -> String {
    format!("csp-{}", crate::fingerprint::of(opening.key().as_bytes()))
}

/// What the incidents service makes of it; `None` when it could not be asked.
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

/// What became of telling an incident how its event goes on; `None` when it could not be told.
async fn told(incidents: &Incidents, opening: &Opening) -> Option<(Turn, Told)> {
    let (turn, incident) = (opening.turn.clone()?, opening.incident()?);
    match tell(incidents, opening, &turn, incident).await {
        Ok(told) => Some((turn, told)),
        Err(error) if is_final(&error) => {
            tracing::warn!(%error, incident, "an incident is not told of its event");
            Some((turn, Told::Refused))
        }
        Err(error) => {
            tracing::debug!(%error, incident, "an incident could not be told of its event yet");
            None
        }
    }
}

/// Whether the same call would be answered the same way for ever.
fn is_final(error: &PeerError) -> bool {
    match error {
        PeerError::Refused { status, .. } => matches!(status.as_u16(), 400 | 403 | 409 | 413 | 422),
        PeerError::TooLarge { .. } => true,
        _ => false,
    }
}

/// A note, and then the status, unless the provider has only fallen silent, or people have the incident in hand.
async fn tell(incidents: &Incidents, opening: &Opening, turn: &Turn, incident: &str) -> Result<Told, PeerError> {
    let Some(seen) = incidents.read(incident).await? else { return Ok(Told::Gone) };
    let timeline = incidents.timeline(incident).await?;
    let note = note_of(opening, turn);
    let was_noted = timeline.iter().any(|entry| entry.message == note);
    if !was_noted {
        if timeline.iter().filter(|entry| entry.message.starts_with(NOTE)).count() >= MOST_NOTES {
            return Ok(Told::Noted);
        }
        incidents.note(incident, &note).await?;
    }
    let changes = timeline.iter().filter(|entry| entry.changes.iter().any(|change| change.field == "status")).count();
    let (from, to) = if turn.over { ("open", "resolved") } else { ("resolved", "open") };
    if seen.status == to {
        // by us, before a crash, if our note came first; else by somebody who was faster
        let by_us = was_noted && changes == opening.status_changes + 1;
        return Ok(if by_us { Told::StatusChanged } else { Told::Noted });
    }
    if turn.over && !turn.said || changes >= MOST_STATUS_CHANGES {
        return Ok(Told::Noted);
    }
    if seen.commander.is_some() || seen.status != from || changes != opening.status_changes {
        return Ok(Told::Noted);
    }
    incidents.set_status(incident, &seen, to).await?;
    Ok(Told::StatusChanged)
}

/// What our notes begin with.
const NOTE: &str = "The provider ";

/// The same for the same turn, so that it is recognised; the title begins with the provider's name.
fn note_of(opening: &Opening, turn: &Turn) -> String {
    let at = Timestamp::from_second(turn.at).unwrap_or_default();
    let Opening { title, .. } = opening;
    let what = match turn {
        Turn { over: true, said: true, .. } => "says that it is over",
        Turn { over: true, .. } => "tells of it no more, and has not said that it is over",
        _ => "says that it goes on again",
    };
    format!("{NOTE}{what} ({}), as seen at {at}: {title}", turn.words)
}
