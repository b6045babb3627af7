//! What changes, told to whoever listens: one task looks, and all streams hear of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use store::{Snapshot, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use crate::model::{CatalogueService, Incident};
use crate::reports::ReportState;

/// Streams that are open at once at most: each holds a connection.
const MOST_STREAMS: usize = 10_000;

/// Events that a slow listener may be behind; then it is told to read everything again.
const BEHIND: usize = 256;

/// Changes within this time are told together: a thousand reports in a second are not a thousand looks, each of which walks
/// over all incidents.
const TOGETHER: Duration = Duration::from_millis(200);

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

    /// Tell what changes in the store, for as long as it is open.
    pub async fn tell(self, store: Store) {
        let mut changed = store.changed();
        let mut seen = store.read().revision();
        while changed.changed().await.is_ok() {
            tokio::time::sleep(TOGETHER).await;
            let snapshot = store.read();
            if self.sender.receiver_count() > 0 {
                for event in since(&snapshot, seen) {
                    // an error says that the last listener has gone meanwhile
                    let _ = self.sender.send(event);
                }
            }
            seen = snapshot.revision();
        }
    }
}

/// What a listener has missed that heard the last time of this revision.
pub fn missed(snapshot: &Snapshot, revision: u64) -> Vec<Bytes> {
    // counted before anything is made of them: the revision is the client's to choose, also one that never was
    let many = snapshot.iter::<Incident>().filter(|incident| incident.version > revision).nth(BEHIND).is_some();
    if many || revision > snapshot.revision() {
        return vec![reload()];
    }
    let missed = since(snapshot, revision);
    if missed.len() > BEHIND { vec![reload()] } else { missed }
}

/// What was changed after this revision, in the order in which it was.
fn since(snapshot: &Snapshot, revision: u64) -> Vec<Bytes> {
    let incidents = snapshot.iter::<Incident>().filter(|incident| incident.version > revision);
    let incidents = incidents.map(|incident| (incident.version, event("incident", incident.version, &incident.json())));
    let services = snapshot.iter::<CatalogueService>().filter(|service| service.version > revision);
    let services = services.map(|service| (service.version, of("service", service.version, &service.document)));
    let states = snapshot.iter::<ReportState>().filter(|state| state.version > revision);
    let states = states.map(|state| (state.version, of("report-state", state.version, &state.document)));
    let mut events: Vec<_> = incidents.chain(services).chain(states).collect();
    events.sort_by_key(|(version, _)| *version);
    events.into_iter().map(|(_, event)| event).collect()
}

/// A listener has missed so much that it must read the lists again. Without a number: the last one stays what it was.
pub fn reload() -> Bytes {
    Bytes::from_static(b"event: reload\ndata: {}\n\n")
}

fn of(kind: &str, version: u64, document: &impl serde::Serialize) -> Bytes {
    event(kind, version, &serde_json::to_vec(document).expect("a document is plain data"))
}

/// An event of a stream (HTML standard, 9.2.6). JSON as serde writes it has no line ends.
fn event(kind: &str, version: u64, data: &[u8]) -> Bytes {
    let mut event = format!("id: {version}\nevent: {kind}\ndata: ").into_bytes();
    event.extend_from_slice(data);
    event.extend_from_slice(b"\n\n");
    event.into()
}

#[cfg(test)]
mod tests {
    use chassis::ids::RandomIds;

    use super::*;

    #[actix_web::test]
    async fn a_listener_from_a_revision_that_never_was_reads_the_lists_again() {
        let url = "memory:".parse().unwrap();
        let store = Store::open(&url, "incidents", crate::documents::schema(), &RandomIds).await.unwrap();
        let now = store.read();
        assert!(missed(&now, now.revision()).is_empty());
        assert_eq!(missed(&now, now.revision() + 1), [reload()]);
    }
}
