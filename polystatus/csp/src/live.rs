//! What changes, told to whoever listens: one task looks, and all streams hear of it.

use std::time::Duration;

use bytes::Bytes;
use chassis::clock::SharedClock;
use chassis::streams::{Streams, event};
use store::{Snapshot, Store};

use crate::model::{ProviderEvent, Standing};
use crate::views::StatusView;

/// Changes within this time are told together.
const TOGETHER: Duration = Duration::from_millis(200);

/// Tell what changes in the store, for as long as it is open.
pub async fn tell(streams: Streams, store: Store, clock: SharedClock, stale_after: i64) {
    let mut changed = store.changed();
    let mut seen = store.read().revision();
    while changed.changed().await.is_ok() {
        tokio::time::sleep(TOGETHER).await;
        let snapshot = store.read();
        if streams.has_listeners() {
            for event in since(&snapshot, seen, clock.unix_seconds(), stale_after) {
                streams.send(event);
            }
        }
        seen = snapshot.revision();
    }
}

/// What was changed after this revision: events of providers, then how the providers are. A look that found nothing new is
/// told too, since it makes what is known younger.
fn since(snapshot: &Snapshot, revision: u64, now: i64, stale_after: i64) -> Vec<Bytes> {
    let events = snapshot.iter::<ProviderEvent>().filter(|event| event.version > revision);
    let events = events.map(|entry| event(entry.version, "provider-event", &entry.document));
    let standings = snapshot.iter::<Standing>().filter(|standing| standing.version > revision);
    let standings = standings.filter_map(|standing| {
        let view = StatusView::of(snapshot, standing, now, stale_after)?;
        Some(event(standing.version, "status", &view))
    });
    events.chain(standings).collect()
}
