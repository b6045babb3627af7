//! What changes, told to whoever listens: one task looks, and all streams hear of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use store::{Snapshot, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use crate::model::{Banner, Incident, Maintenance};
use crate::pages::public::PublicIncident;
use crate::pages::{View, edition};

/// Streams that are open at once at most: each holds a connection.
const MOST_STREAMS: usize = 10_000;

/// Events that a slow listener may be behind; then it is told to read everything again.
const BEHIND: usize = 256;

/// Changes within this time are told together.
const TOGETHER: Duration = Duration::from_millis(100);

/// After this, a stream ends.
pub const END: Bytes = Bytes::new();

/// The way to all streams.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<Bytes>,
    places: Arc<Semaphore>,
}

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BEHIND), places: Arc::new(Semaphore::new(MOST_STREAMS)) }
    }
}

impl Live {
    /// Listen, as long as the permit is held; `None` when too many do.
    pub fn listen(&self) -> Option<(broadcast::Receiver<Bytes>, OwnedSemaphorePermit)> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some((self.sender.subscribe(), place))
    }

    /// End all streams.
    pub fn end(&self) {
        // an error says that there is none
        let _ = self.sender.send(END);
    }

    /// Tell what the public sees change, for as long as the store is open. Most writes are about deliveries, and change
    /// nothing here.
    pub async fn tell(self, store: Store) {
        let mut changed = store.changed();
        let mut seen = edition(&store.read());
        while changed.changed().await.is_ok() {
            if edition(&store.read()) == seen {
                continue;
            }
            tokio::time::sleep(TOGETHER).await;
            let snapshot = store.read();
            if self.sender.receiver_count() > 0 {
                for event in since(&snapshot, seen) {
                    // an error says that the last listener has gone meanwhile
                    let _ = self.sender.send(event);
                }
            }
            seen = edition(&snapshot);
        }
    }
}

/// What a listener has missed that heard the last time of this edition.
pub fn missed(snapshot: &Snapshot, seen: u64) -> Vec<Bytes> {
    let now = edition(snapshot);
    if seen == now {
        return Vec::new();
    }
    let many =
        snapshot.find::<Incident>("public", "true").filter(|incident| incident.version > seen).nth(BEHIND).is_some();
    // the number is the client's to choose, also one that never was
    if many || seen > now { vec![reload()] } else { since(snapshot, seen) }
}

/// What the public sees otherwise since this edition, and how everything is now.
fn since(snapshot: &Snapshot, seen: u64) -> Vec<Bytes> {
    let number = edition(snapshot);
    let incidents = snapshot.find::<Incident>("public", "true").filter(|incident| incident.version > seen);
    let mut events: Vec<Bytes> = incidents
        .filter_map(|incident| PublicIncident::of(incident))
        .map(|incident| event("incident", number, &incident))
        .collect();
    let works = snapshot.iter::<Maintenance>().filter(|work| work.version > seen);
    events.extend(works.map(|work| event("maintenance", number, &work.document)));
    let banner = snapshot.get::<Banner>(Banner::KEY).map(|banner| &banner.document);
    events.push(event("banner", number, &banner));
    let view = View::of(snapshot);
    let indicator = view.indicator();
    let components = view.components().into_iter().map(|one| (one.id.to_string(), json!(view.status_of(&one.id))));
    let components: serde_json::Map<_, _> = components.collect();
    let status = json!({"indicator": indicator, "description": indicator.description(), "components": components});
    events.push(event("status", number, &status));
    events
}

/// A listener has missed so much that it must read everything again. Without a number: the last one stays what it was.
pub fn reload() -> Bytes {
    Bytes::from_static(b"event: reload\ndata: {}\n\n")
}

/// An event of a stream (HTML standard, 9.2.6). JSON as serde writes it has no line ends.
fn event(kind: &str, number: u64, data: &impl serde::Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("what is told is plain data");
    format!("id: {number}\nevent: {kind}\ndata: {data}\n\n").into()
}
