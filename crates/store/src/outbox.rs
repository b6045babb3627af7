//! The events that wait to be sent on.

use tokio::sync::watch;

use crate::StoreError;
use crate::backend::Shared;

/// The store's outbox: events that were committed with a write and that nobody has confirmed yet.
pub struct Outbox {
    shared: Shared,
    changed: watch::Receiver<u64>,
    ended: watch::Receiver<()>,
}

/// An event that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Where it stands: unique, and growing.
    pub position: u64,
    /// What [`Draft::emit`](crate::Draft::emit) was given.
    pub event: String,
}

impl Outbox {
    pub(crate) fn new(shared: Shared, changed: watch::Receiver<u64>, ended: watch::Receiver<()>) -> Self {
        Self { shared, changed, ended }
    }

    /// The oldest events that wait, in their order, at most `limit`.
    ///
    /// # Errors
    /// When the storage cannot be reached.
    pub async fn pending(&self, limit: usize) -> Result<Vec<Pending>, StoreError> {
        self.shared.pending(limit).await
    }

    /// How many wait.
    ///
    /// # Errors
    /// When the storage cannot be reached.
    pub async fn count(&self) -> Result<u64, StoreError> {
        self.shared.count().await
    }

    /// Forget those up to this position: they have arrived.
    ///
    /// A power cut may bring the last of them back: then they are sent twice, and whoever gets them must know them again.
    ///
    /// # Errors
    /// When the storage cannot be reached.
    pub async fn sent(&self, upto: u64) -> Result<(), StoreError> {
        self.shared.sent(upto).await
    }

    /// Wait until something was written after the last call of this: there may be more to send.
    ///
    /// `false`: the store is closed, nothing more will come.
    pub async fn more(&mut self) -> bool {
        tokio::select! {
            // what was written last is told before the end is
            biased;
            changed = self.changed.changed() => changed.is_ok(),
            // nothing is ever sent on it
            _ = self.ended.changed() => false,
        }
    }
}
