//! The right to send, of one instance at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use store::Store;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// One instance sends: for so long from each time that it says so. As long as nothing is sent after it has died.
const SECONDS: u32 = 10;

/// How often it says so; and how often another one asks whether it may.
pub(super) const RENEW_EVERY: Duration = Duration::from_secs(2);

/// How long the storage may take to hear it. With the pause before, less than the lease: whoever cannot be heard stops
/// before another one begins.
const HEARD_WITHIN: Duration = Duration::from_secs(4);

/// The right to send, renewed by a task of its own: a mail server that takes its time must not cost it.
///
/// It keeps two from sending at once nearly always. "Nearly" is enough, since what became of a message is written under
/// the claim that it was sent under ([`settle`](crate::writes::settle)): a clock that jumps or a process that was frozen
/// can hold a lease that has run out, and never notices.
pub(super) struct Lease {
    store: Store,
    name: &'static str,
    holder: String,
    held: Arc<AtomicBool>,
    renewing: JoinHandle<()>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

impl Lease {
    /// Take it, unless another one has it, or the storage is away.
    pub(super) async fn take(store: &Store, name: &'static str, holder: &str) -> Option<Self> {
        if !has(store, name, holder).await {
            return None;
        }
        let held = Arc::new(AtomicBool::new(true));
        let (still, on_store, owner) = (Arc::clone(&held), store.clone(), holder.to_owned());
        let renewing = tokio::spawn(async move {
            loop {
                sleep(RENEW_EVERY).await;
                if !has(&on_store, name, &owner).await {
                    still.store(false, Ordering::Relaxed);
                    return;
                }
            }
        });
        Some(Self { store: store.clone(), name, holder: holder.to_owned(), held, renewing })
    }

    /// Whether it is still ours, so far as we know.
    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// The next one need not wait until it has run out.
    pub(super) async fn give_back(self) {
        self.renewing.abort();
        // where the storage is away, it runs out by itself
        let _ = timeout(HEARD_WITHIN, self.store.lease(self.name, &self.holder, 0)).await;
    }
}

async fn has(store: &Store, name: &str, holder: &str) -> bool {
    matches!(timeout(HEARD_WITHIN, store.lease(name, holder, SECONDS)).await, Ok(Ok(true)))
}
