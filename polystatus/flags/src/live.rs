//! What changes, told to whoever listens: one task looks, and all streams hear of it.
//!
//! There are two streams. Ours has an event for each change. OFREP's says that something has changed, and its clients ask
//! for their flags again.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;
use store::{Entry, Snapshot, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use crate::model::Change;
use crate::ruleset::{Rules, Ruleset};

/// Streams that are open at once at most: each holds a connection.
const MOST_STREAMS: usize = 10_000;

/// Events that a slow listener may be behind.
const BEHIND: usize = 256;

/// After this, a stream ends.
pub const END: Bytes = Bytes::new();

/// The way to all streams.
#[derive(Debug, Clone)]
pub struct Live {
    changes: broadcast::Sender<Bytes>,
    refetches: broadcast::Sender<Bytes>,
    places: Arc<Semaphore>,
}

/// Which stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// An event for each change.
    Changes,
    /// OFREP's.
    Refetches,
}

/// Somebody who listens.
#[derive(Debug)]
pub struct Listening {
    /// What is to be said first.
    pub waiting: VecDeque<Bytes>,
    /// What comes.
    pub receiver: broadcast::Receiver<Bytes>,
    /// What is said to somebody who is too far behind.
    pub lost: Bytes,
    _place: OwnedSemaphorePermit,
}

impl Default for Live {
    fn default() -> Self {
        let (changes, refetches) = (broadcast::Sender::new(BEHIND), broadcast::Sender::new(BEHIND));
        Self { changes, refetches, places: Arc::new(Semaphore::new(MOST_STREAMS)) }
    }
}

impl Live {
    /// Listen; `None` when too many do.
    pub fn listen(&self, stream: Stream) -> Option<Listening> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let (sender, lost) = match stream {
            Stream::Changes => (&self.changes, reload()),
            // without an etag: whatever it is, it is another than the listener's
            Stream::Refetches => {
                (&self.refetches, Bytes::from_static(b"event: message\ndata: {\"type\":\"refetchEvaluation\"}\n\n"))
            }
        };
        Some(Listening { waiting: VecDeque::new(), receiver: sender.subscribe(), lost, _place: place })
    }

    /// End all streams.
    pub fn end(&self) {
        // an error says that there is none
        let _ = self.changes.send(END);
        let _ = self.refetches.send(END);
    }

    /// Tell what changes in the store, for as long as it is open.
    pub async fn tell(self, store: Store, rules: Arc<Rules>) {
        let mut changed = store.changed();
        let mut seen = store.read().revision();
        let mut known = rules.now(&store).etag.clone();
        while changed.changed().await.is_ok() {
            let ruleset = rules.now(&store);
            let snapshot = store.read();
            // an error says that nobody listens
            for change in since(&snapshot, seen, usize::MAX) {
                let _ = self.changes.send(of_change(&change));
            }
            seen = snapshot.revision();
            if ruleset.etag != known {
                known.clone_from(&ruleset.etag);
                let _ = self.refetches.send(refetch(&snapshot, &ruleset));
            }
        }
    }
}

/// What a listener has missed that heard the last time of this revision.
pub fn missed(snapshot: &Snapshot, ruleset: &Ruleset, stream: Stream, revision: u64) -> Vec<Bytes> {
    let changes = since(snapshot, revision, BEHIND + 1);
    // the revision is the client's to choose, also one that never was
    let lost = changes.len() > BEHIND || revision > snapshot.revision();
    match stream {
        Stream::Changes if lost => vec![reload()],
        Stream::Changes => changes.iter().map(|change| of_change(change)).collect(),
        Stream::Refetches if lost || !changes.is_empty() => vec![refetch(snapshot, ruleset)],
        Stream::Refetches => Vec::new(),
    }
}

/// What was changed after this revision, in the order in which it was; so many changes at most.
fn since(snapshot: &Snapshot, revision: u64, most: usize) -> Vec<Arc<Entry<Change>>> {
    // behind all changes of that revision: `~` sorts behind the slash that ends it in each key
    let behind = format!("{}~", Change::key_prefix(revision));
    snapshot.after::<Change>(&behind).take(most).cloned().collect()
}

/// A listener has missed so much that it must read everything again.
fn reload() -> Bytes {
    Bytes::from_static(b"event: reload\ndata: {}\n\n")
}

/// Without the definition: that names people, and the stream is open.
fn of_change(change: &Change) -> Bytes {
    let on = change.definition.as_ref().map(|definition| definition.on);
    let data = json!({
        "flag": change.flag, "segment": change.segment, "action": change.action, "version": change.version, "on": on,
        "at": change.at
    });
    event(change.revision, "change", &data)
}

/// As OFREP has it (ADR 8): the name is always `message`.
fn refetch(snapshot: &Snapshot, ruleset: &Ruleset) -> Bytes {
    let data = json!({
        "type": "refetchEvaluation", "etag": format!("\"{}\"", ruleset.etag), "lastModified": ruleset.last_modified
    });
    let last = snapshot.iter::<Change>().next_back().map_or(0, |change| change.revision);
    event(last, "message", &data)
}

/// An event of a stream (HTML standard, 9.2.6). JSON as serde writes it has no line ends.
fn event(id: u64, kind: &str, data: &serde_json::Value) -> Bytes {
    format!("id: {id}\nevent: {kind}\ndata: {data}\n\n").into()
}
