//! What changes, told to whoever listens: one task looks, and all streams hear of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chassis::clock::SharedClock;
use store::{Snapshot, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use crate::model::{ProviderEvent, Standing};
use crate::views::StatusView;

/// Streams that are open at once at most: each holds a connection.
const MOST_STREAMS: usize = 10_000;

/// Events that a slow listener may be behind; then it is told to read everything again.
const BEHIND: usize = 256;

/// Changes within this time are told together.
const TOGETHER: Duration = Duration::from_millis(200);

/// After this, a stream ends.
pub const END: Bytes = Bytes::new();

/// A listener has missed so much that it must read the lists again.
pub const RELOAD: Bytes = Bytes::from_static(b"event: reload\ndata: {}\n\n");

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

    /// Tell what changes in the store, for as long as it is open.
    pub async fn tell(self, store: Store, clock: SharedClock, stale_after: i64) {
        let mut changed = store.changed();
        let mut seen = store.read().revision();
        while changed.changed().await.is_ok() {
            tokio::time::sleep(TOGETHER).await;
            let snapshot = store.read();
            if self.sender.receiver_count() > 0 {
                for event in since(&snapshot, seen, clock.unix_seconds(), stale_after) {
                    // an error says that the last listener has gone meanwhile
                    let _ = self.sender.send(event);
                }
            }
            seen = snapshot.revision();
        }
    }
}

/// What was changed after this revision: events of providers, then how the providers are. A look that found nothing new is
/// told too, since it makes what is known younger.
fn since(snapshot: &Snapshot, revision: u64, now: i64, stale_after: i64) -> Vec<Bytes> {
    let events = snapshot.iter::<ProviderEvent>().filter(|event| event.version > revision);
    let events = events.map(|event| message("provider-event", event.version, &event.document));
    let standings = snapshot.iter::<Standing>().filter(|standing| standing.version > revision);
    let standings = standings.filter_map(|standing| {
        let view = StatusView::of(snapshot, standing, now, stale_after)?;
        Some(message("status", standing.version, &view))
    });
    events.chain(standings).collect()
}

/// An event of a stream (HTML standard, 9.2.6). JSON as serde writes it has no line ends.
fn message(kind: &str, version: u64, document: &impl serde::Serialize) -> Bytes {
    let data = serde_json::to_string(document).expect("a document is plain data");
    format!("id: {version}\nevent: {kind}\ndata: {data}\n\n").into()
}
