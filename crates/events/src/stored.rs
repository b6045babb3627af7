//! The outbox of a store.

use std::time::Duration;

use bytes::Bytes;
use chassis::ids::Ids;
use store::Store;
use tokio::time::{Instant, sleep, timeout};

use crate::{Outbox, OutboxError, Pending};

/// Among replicas that share a store, one sends: for so long from each time that it says so. Short, as nothing is sent for
/// so long after the one has died.
const LEASE_SECONDS: u32 = 5;
const RENEW_AFTER: Duration = Duration::from_secs(2);
const LEASE: &str = "relay";

/// How often to look without being told: for what a replica has left behind that is gone.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How long events gather after the first, so that many share one look and one clearing. Without it a busy writer and the
/// relay would take turns at the storage, one event at a time.
const GATHER: Duration = Duration::from_millis(20);

/// What a store's writes have said with [`Draft::emit`](store::Draft::emit).
pub struct StoreOutbox {
    store: Store,
    outbox: store::Outbox,
    holder: String,
    renewed: Option<Instant>,
}

impl StoreOutbox {
    /// The outbox of this store.
    pub fn of(store: &Store, ids: &dyn Ids) -> Self {
        let holder = format!("{:016x}", ids.next());
        Self { store: store.clone(), outbox: store.outbox(), holder, renewed: None }
    }
}

impl Outbox for StoreOutbox {
    async fn pending(&mut self, limit: usize) -> Result<Vec<Pending>, OutboxError> {
        let pending = self.outbox.pending(limit).await?;
        let bytes = |pending: store::Pending| Pending { position: pending.position, event: Bytes::from(pending.event) };
        Ok(pending.into_iter().map(bytes).collect())
    }

    async fn sent(&mut self, upto: u64) -> Result<(), OutboxError> {
        Ok(self.outbox.sent(upto).await?)
    }

    async fn count(&mut self) -> Result<u64, OutboxError> {
        Ok(self.outbox.count().await?)
    }

    async fn wait(&mut self) {
        match timeout(LOOK_EVERY, self.outbox.more()).await {
            Ok(true) => sleep(GATHER).await,
            // closed, with its service
            Ok(false) => std::future::pending().await,
            Err(_) => {}
        }
    }

    async fn lease(&mut self) -> Result<bool, OutboxError> {
        if self.renewed.is_some_and(|renewed| renewed.elapsed() < RENEW_AFTER) {
            return Ok(true);
        }
        let now = Instant::now();
        let held = self.store.lease(LEASE, &self.holder, LEASE_SECONDS).await?;
        self.renewed = held.then_some(now);
        Ok(held)
    }
}
