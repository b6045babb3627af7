//! What changes, told to whoever listens: one task looks, and all streams hear of it.
//!
//! There are two streams. Ours has an event for each change. OFREP's says that something has changed, and its clients ask
//! for their flags again.

use std::sync::Arc;

use bytes::Bytes;
use chassis::origin::TrustedProxies;
use chassis::streams::{BEHIND, Streams, event, reload};
use serde_json::json;
use store::{Entry, Snapshot, Store};

use crate::model::Change;
use crate::ruleset::{Rules, Ruleset};

/// OFREP's event without an etag: whatever it is, it is another than the listener's.
const LOST: Bytes = Bytes::from_static(b"event: message\ndata: {\"type\":\"refetchEvaluation\"}\n\n");

/// The way to those who follow changes, and to those who evaluate again.
#[derive(Debug, Clone)]
pub struct Live {
    /// An event for each change.
    pub changes: Streams,
    /// OFREP's.
    pub refetches: Streams,
}

impl Live {
    /// With no listeners yet; these proxies say which client is behind them.
    pub fn behind(proxies: TrustedProxies) -> Self {
        let changes = Streams::behind(proxies);
        Self { refetches: changes.beside(LOST), changes }
    }

    /// End all streams.
    pub fn end(&self) {
        self.changes.end();
        self.refetches.end();
    }

    /// Tell what changes in the store, for as long as it is open.
    pub async fn tell(self, store: Store, rules: Arc<Rules>) {
        let mut changed = store.changed();
        let mut seen = store.read().revision();
        let mut known = rules.now(&store).etag.clone();
        while changed.changed().await.is_ok() {
            let ruleset = rules.now(&store);
            let snapshot = store.read();
            for change in since(&snapshot, seen, usize::MAX) {
                self.changes.send(of_change(&change));
            }
            seen = snapshot.revision();
            if ruleset.etag != known {
                known.clone_from(&ruleset.etag);
                self.refetches.send(refetch(&snapshot, &ruleset));
            }
        }
    }
}

/// The changes that a listener has missed who heard the last time of this revision.
pub fn missed_changes(snapshot: &Snapshot, seen: Option<u64>) -> Vec<Bytes> {
    let Some(seen) = seen else { return Vec::new() };
    let changes = since(snapshot, seen, BEHIND + 1);
    if is_lost(snapshot, &changes, seen) {
        return vec![reload()];
    }
    changes.iter().map(|change| of_change(change)).collect()
}

/// Whether a listener of OFREP's stream has missed something.
pub fn missed_refetches(snapshot: &Snapshot, ruleset: &Ruleset, seen: Option<u64>) -> Vec<Bytes> {
    let Some(seen) = seen else { return Vec::new() };
    let changes = since(snapshot, seen, BEHIND + 1);
    let missed = is_lost(snapshot, &changes, seen) || !changes.is_empty();
    if missed { vec![refetch(snapshot, ruleset)] } else { Vec::new() }
}

fn is_lost(snapshot: &Snapshot, changes: &[Arc<Entry<Change>>], seen: u64) -> bool {
    // the revision is the client's to choose, also one that never was
    changes.len() > BEHIND || seen > snapshot.revision()
}

/// What was changed after this revision, in the order in which it was; so many changes at most.
fn since(snapshot: &Snapshot, revision: u64, most: usize) -> Vec<Arc<Entry<Change>>> {
    // behind all changes of that revision: `~` sorts behind the slash that ends it in each key
    let behind = format!("{}~", Change::key_prefix(revision));
    snapshot.after::<Change>(&behind).take(most).cloned().collect()
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
