//! An event that comes twice has its effect once: the inbox remembers what was handled, in the same step as the work.

use std::time::Duration;

use chassis::clock::SharedClock;
use serde::{Deserialize, Serialize};
use store::{Document, Draft, Store, StoreError};
use tokio::task::JoinHandle;

use crate::Event;

const DAY: i64 = 24 * 60 * 60;

/// Days from when an event happened for which it is known again. What waits for longer, since its consumer was off, is
/// known for an hour at least; what comes twice does so within seconds of the first time or of a restart.
const REMEMBERED: i64 = 7;

/// How often what is older is forgotten, and for the first time after so long.
const PRUNE_EVERY: Duration = Duration::from_hours(1);

/// Documents that are deleted in one write, so that none is too long.
const AT_ONCE: usize = 500;

/// An event that was handled. A service that hears events has this kind of document in its store's schema.
#[derive(Debug, Serialize, Deserialize)]
pub struct Handled {
    source: String,
    id: String,
    /// When the event happened, in Unix seconds.
    time: i64,
}

impl Document for Handled {
    const COLLECTION: &'static str = "inbox";

    fn key(&self) -> String {
        key(&self.source, &self.id)
    }
}

/// An event is told from others by both (CloudEvents 1.0, "id"); a source has no blanks in it.
fn key(source: &str, id: &str) -> String {
    format!("{source} {id}")
}

/// Whether this event is handled for the first time; it is remembered from now on. Ask in the very closure that does the
/// work: both are then written, or neither.
///
/// ```no_run
/// # use events::{Event, inbox};
/// # use store::{Draft, StoreError};
/// # async fn handle(store: store::Store, event: Event) -> Result<(), StoreError> {
/// store
///     .write(move |draft: &mut Draft| -> Result<(), StoreError> {
///         if inbox::first_time(draft, &event) {
///             // the work: draft.put(…)
///         }
///         Ok(())
///     })
///     .await
/// # }
/// ```
pub fn first_time(draft: &mut Draft, event: &Event) -> bool {
    if draft.get::<Handled>(&key(event.source(), event.id())).is_some() {
        return false;
    }
    let (source, id) = (event.source().to_owned(), event.id().to_owned());
    draft.put(Handled { source, id, time: event.time() });
    true
}

/// Forgets what happened more than seven days ago, for as long as it lives.
#[derive(Debug)]
#[must_use = "the inbox is pruned for as long as this lives"]
pub struct Pruning(JoinHandle<()>);

impl Drop for Pruning {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Pruning {
    /// Keep the inbox of this store small.
    pub fn start(store: Store, clock: SharedClock) -> Self {
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(PRUNE_EVERY).await;
                if let Err(error) = prune(&store, clock.unix_seconds()).await {
                    tracing::debug!(%error, "the inbox is pruned later");
                }
            }
        }))
    }
}

/// Forget what is old at `now`, in Unix seconds.
///
/// # Errors
/// When the storage cannot be written; what is left is forgotten another time.
async fn prune(store: &Store, now: i64) -> Result<(), StoreError> {
    let first_kept = now - REMEMBERED * DAY;
    loop {
        let snapshot = store.read();
        let old = snapshot.iter::<Handled>().filter(|handled| handled.time < first_kept);
        let keys: Vec<_> = old.take(AT_ONCE).map(|handled| handled.key()).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let delete = move |draft: &mut Draft| -> Result<(), StoreError> {
            for key in &keys {
                draft.delete::<Handled>(key);
            }
            Ok(())
        };
        store.write(delete).await?;
    }
}

#[cfg(test)]
mod tests;
