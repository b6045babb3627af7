//! Documents that are read from memory and kept in SQLite or Redis.
//!
//! ```text
//!   reader ──> snapshot in memory <── published when the storage has it ──┐
//!   writer ──> closure ──> queue ──> keeper: run on a draft ──> commit ───┴──> SQLite or Redis
//!                                       ^                                         │
//!                                       └────────── change log of others ─────────┘
//! ```
//!
//! Status pages are read a thousand times for each write, and most of all when other things are down. So a read never
//! asks the storage: all documents of a service lie as typed values in one immutable [`Snapshot`]. A write is a
//! closure. One task, the *keeper*, takes as many closures as wait, runs them one after another on a [`Draft`] of the
//! snapshot, and commits what they left in a single atomic step:
//!
//! - the documents that were put and deleted,
//! - an entry in the *change log* for each closure, which replicas follow,
//! - the events that were emitted, in the *outbox*, from which a relay sends them on,
//! - what was appended to logs that only grow, such as the audit log.
//!
//! Only when the storage has all of it for good is the draft published, and the writer answered. The step is made only
//! if the storage is still at the revision that the draft stands on; if another replica was faster, the keeper follows
//! the change log and runs the closures anew. So every closure has seen all that was written before it: writes are
//! serializable, a count or a search in a closure can be relied upon, and two replicas cannot overwrite one another.
//! The price is that replicas which write at the same time take turns. Where one store has one subject and a few
//! writes a second, that is cheap; see `docs/decisions/0008-store.md`.
//!
//! # Contract
//! - `Ok` from [`Store::write`]: it survives `kill -9` of this process and of the storage at any later moment.
//! - [`StoreError::Unreachable`], [`StoreError::Busy`], [`StoreError::Lost`]: nothing was written.
//! - [`StoreError::Unconfirmed`]: the connection broke between question and answer. All of it was written or nothing;
//!   the next look at the change log shows which. A question that still hangs in the network may be decided later, and
//!   still in one of the two ways, since its revision is compared when it arrives.
//! - Whoever waits for a storage that hangs waits some seconds, however many wait: then all of them are sent away.
//! - Reads never fail and never wait. While the storage is gone they answer from what was known last.
//! - A document's `version` is the revision at which it was written: unique in the store, and growing. It is never
//!   used twice, so it serves as an `ETag` even where a document is deleted and made anew.
//! - Unique things are keys: a second collection whose key is the e-mail address, written in the same closure.
//!
//! # Replicas
//! Several processes may have the same storage open. Each follows the change log: what one has written, another reads some
//! milliseconds later on Redis, a quarter of a second later on SQLite. One that was cut off catches up from its revision; when
//! the log no longer reaches back so far, or Redis was started again, it loads everything. A storage that holds less than
//! it had acknowledged, or is another one, is not written to any more ([`StoreError::Lost`]).
//!
//! `docs/store.md` shows the keys and tables, and how to back them up; `examples/services.rs` is a program to try.
//!
//! # Example
//! ```
//! use serde::{Deserialize, Serialize};
//! use store::{Document, Schema, Store, StoreError};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Service {
//!     id: String,
//!     group: String,
//! }
//!
//! impl Document for Service {
//!     const COLLECTION: &'static str = "services";
//!     fn key(&self) -> String {
//!         self.id.clone()
//!     }
//!     fn indexes(&self) -> Vec<(&'static str, String)> {
//!         vec![("group", self.group.clone())]
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let ids = chassis::ids::RandomIds;
//! let store = Store::open(&"memory:".parse()?, "example", Schema::default().with::<Service>(), &ids).await?;
//! let written = store
//!     .write(|draft| -> Result<_, StoreError> {
//!         let service = Service { id: "mail".to_owned(), group: "office".to_owned() };
//!         draft.append("audit", &"mail was added");
//!         Ok(draft.put(service))
//!     })
//!     .await?;
//! assert_eq!(written.version, 1);
//! assert_eq!(store.read().find::<Service>("group", "office").count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod backend;
mod cached;
mod document;
mod draft;
mod error;
mod keeper;
mod outbox;
mod schema;
mod settings;
mod snapshot;
mod transaction;
mod url;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chassis::ids::Ids;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

pub use cached::PerRevision;
pub use document::{Document, Entry};
pub use draft::Draft;
pub use error::{OpenError, StoreError};
pub use outbox::{Outbox, Pending};
pub use schema::Schema;
pub use settings::StoreSettings;
pub use snapshot::Snapshot;
pub use transaction::{DOCUMENTS_PER_TRANSACTION, LogEntry, PER_TRANSACTION};
pub use url::StoreUrl;

use crate::backend::Shared;
use crate::keeper::{Job, Keeper, Published, Work};

/// Closures that wait at most. More are refused at once: what waits longer than a client does is done for nobody.
const QUEUE: usize = 4096;

/// All documents of a service. A clone is another handle of the same store; the keeper ends with the last of them.
#[derive(Clone)]
pub struct Store {
    published: Arc<Published>,
    queue: mpsc::Sender<Box<dyn Job>>,
    shared: Shared,
    /// Closed when the keeper has ended.
    ended: watch::Receiver<()>,
}

impl Store {
    /// Open the storage and load its documents.
    ///
    /// `namespace` is what its keys begin with in Redis; one file of SQLite is one namespace. `ids` names a storage that
    /// is new, so that a replica notices when it was replaced.
    ///
    /// # Errors
    /// When the storage cannot be reached or holds what cannot be read: a sentence that names it, without a password.
    pub async fn open(
        url: &StoreUrl,
        namespace: impl Into<Arc<str>>,
        schema: Schema,
        ids: &dyn Ids,
    ) -> Result<Self, OpenError> {
        let (mut backend, shared) = backend::open(url, namespace.into(), ids).await?;
        let snapshot = backend.load(&schema).await.map_err(|error| OpenError::new(url, &error))?;
        tracing::info!(storage = ?url, documents = snapshot.len(), revision = snapshot.revision(), "loaded");
        let published = Arc::new(Published::new(snapshot));
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(());
        let keeper = Keeper::new(Arc::clone(&published), backend, schema);
        tokio::spawn(async move {
            keeper.work(jobs).await;
            drop(end);
        });
        Ok(Self { published, queue, shared, ended })
    }

    /// The documents as they are now. What is returned does not change while it is held.
    pub fn read(&self) -> Arc<Snapshot> {
        self.published.snapshot.load_full()
    }

    /// Have `work` done on the documents, and wait until the storage has what it left.
    ///
    /// It must be pure: it may run several times, and only the last run counts. When it returns an error, nothing is
    /// written, and the error is true of what the storage held at that moment.
    ///
    /// Dropping the future does not take the work back.
    ///
    /// # Errors
    /// What `work` returned, or a [`StoreError`].
    pub async fn write<R, E, F>(&self, work: F) -> Result<R, E>
    where
        F: FnMut(&mut Draft) -> Result<R, E> + Send + 'static,
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Box::new(Work::new(work, answer))).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Closed(_) => StoreError::Unreachable,
        })?;
        // without an answer the keeper is gone, in the middle of nobody knows what
        answered.await.unwrap_or_else(|_| Err(StoreError::Unconfirmed.into()))
    }

    /// The newest entries of a log from before the position `before`, the newest first; from the newest of all when it is
    /// `None`.
    ///
    /// # Errors
    /// When the storage cannot be reached: logs are not held in memory.
    pub async fn log(&self, name: &str, before: Option<u64>, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        self.shared.log(name, before, limit).await
    }

    /// The events that wait to be sent on.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.shared.clone(), self.changed(), self.ended.clone())
    }

    /// Have the right to do what only one replica may do, for `seconds` from now, or prolong it; 0 gives it up. `holder`
    /// is the same each time and nobody else's.
    ///
    /// `false`: another has it. A lease that has run out while its holder was busy may be another's: what is done under
    /// it must do no harm when it is done twice.
    ///
    /// # Errors
    /// When the storage cannot be reached.
    pub async fn lease(&self, name: &str, holder: &str, seconds: u32) -> Result<bool, StoreError> {
        self.shared.lease(name, holder, seconds).await
    }

    /// Whether the storage could be reached when it was last asked.
    pub fn is_reachable(&self) -> bool {
        !self.queue.is_closed() && self.published.reachable.load(Ordering::Relaxed)
    }

    /// Take no more writes, and wait until the storage has those that were handed in before. Reads go on.
    ///
    /// A service that lets its requests end before it stops needs no such call, since each of them waits for its answer.
    /// It is for work that nobody waits for.
    pub async fn close(&self) {
        self.published.closing.notify_one();
        let mut ended = self.ended.clone();
        // nothing is ever sent: the error says that the keeper is gone
        while ended.changed().await.is_ok() {}
    }

    /// For [`Readiness`](chassis::probes::Readiness).
    ///
    /// # Errors
    /// When the storage could not be reached when it was last asked.
    pub fn ready(&self) -> Result<(), &'static str> {
        if self.is_reachable() { Ok(()) } else { Err("the last try to use it failed") }
    }

    /// The revision that is published, each time it is another.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.published.revision.subscribe()
    }
}
