//! The one task that writes.
//!
//! While the storage is busy with one commit the next closures gather, and share the next one (group commit). The task
//! also follows what other replicas commit.

mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep};

pub(crate) use work::{Job, Work};

use crate::backend::{Backend, BackendError, Committed, Since};
use crate::draft::Draft;
use crate::transaction::Transaction;
use crate::{Schema, Snapshot, StoreError};

/// Closures in one commit at most.
const BATCH: usize = 256;

/// Rows after which a commit takes no further closure: a commit keeps everybody else waiting.
const ROWS: usize = 10_000;

/// For how long a batch is begun anew because other replicas were faster, before its writers are sent away.
const PATIENCE: Duration = Duration::from_secs(3);

/// A failure that took longer than this was a time-out. Whoever has waited meanwhile is not kept waiting for another.
const TIMED_OUT: Duration = Duration::from_millis(500);

/// How long nobody looks at a storage that could not be followed.
const PAUSE: Duration = Duration::from_secs(1);

/// What readers see.
pub(crate) struct Published {
    pub snapshot: ArcSwap<Snapshot>,
    pub revision: watch::Sender<u64>,
    pub reachable: AtomicBool,
    /// Tells the keeper to take no more.
    pub closing: Notify,
}

impl Published {
    pub fn new(snapshot: Snapshot) -> Self {
        let revision = watch::Sender::new(snapshot.revision);
        let snapshot = ArcSwap::from_pointee(snapshot);
        Self { snapshot, revision, reachable: AtomicBool::new(true), closing: Notify::new() }
    }

    fn publish(&self, snapshot: Snapshot) {
        let revision = snapshot.revision;
        self.snapshot.store(Arc::new(snapshot));
        self.revision.send_replace(revision);
    }
}

pub(crate) struct Keeper {
    published: Arc<Published>,
    backend: Backend,
    schema: Schema,
    /// The storage holds less than it had acknowledged: nothing is written any more.
    lost: bool,
    /// The last look at what others did has failed.
    blind: bool,
}

impl Keeper {
    pub fn new(published: Arc<Published>, backend: Backend, schema: Schema) -> Self {
        Self { published, backend, schema, lost: false, blind: false }
    }

    /// Until the last handle of the store is gone, or it is closed; what was handed in before is still done.
    pub async fn work(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        let mut batch = Vec::with_capacity(BATCH);
        let published = Arc::clone(&self.published);
        loop {
            tokio::select! {
                biased;
                // otherwise those who go on writing would put it off for ever
                () = published.closing.notified() => jobs.close(),
                // what clients wait for comes before what nobody asked for
                waiting = jobs.recv_many(&mut batch, BATCH) => {
                    if waiting == 0 {
                        return self.backend.close().await;
                    }
                    while !batch.is_empty() {
                        self.serve(&mut batch, &mut jobs).await;
                    }
                }
                // another replica has written, or it is time to look whether the storage is still there
                () = self.look() => {
                    let followed = self.follow().await;
                    self.blind = followed.is_err();
                    self.note("follow", followed.as_ref().err());
                }
            }
        }
    }

    /// Commit as many of the batch as go into one commit, and answer them.
    async fn serve(&mut self, batch: &mut Vec<Box<dyn Job>>, jobs: &mut mpsc::Receiver<Box<dyn Job>>) {
        let began = Instant::now();
        let mut served = batch.len();
        let outcome = self.commit(batch, &mut served).await;
        if let Err(BackendError::Unconfirmed(_)) = outcome {
            // whoever is told that it is not known reads next: let that show it, if it can be had
            let _ = self.follow().await;
        }
        self.note("write", outcome.as_ref().err());
        let outcome = outcome.map_err(|error| error.kind());
        for job in batch.drain(..served) {
            job.end(outcome);
        }
        let hopeless = matches!(outcome, Err(StoreError::Unreachable | StoreError::Unconfirmed));
        if hopeless && began.elapsed() > TIMED_OUT {
            let waiting = jobs.len();
            let waiting = std::iter::from_fn(|| jobs.try_recv().ok()).take(waiting);
            for job in batch.drain(..).chain(waiting) {
                job.end(Err(StoreError::Unreachable));
            }
        }
    }

    /// Commit what closures leave; `served` becomes how many of them it was.
    async fn commit(&mut self, batch: &mut [Box<dyn Job>], served: &mut usize) -> Result<(), BackendError> {
        let began = Instant::now();
        // whether what the closures see was looked up after they were handed in
        let mut fresh = false;
        loop {
            if self.lost {
                return Err(BackendError::Lost);
            }
            let base = self.published.snapshot.load_full();
            let (snapshot, transactions) = run(&base, batch, served);
            if transactions.is_empty() {
                // refused, or nothing to change: true if it is true of a moment since they were handed in
                if fresh || !self.follow().await? {
                    return Ok(());
                }
                fresh = true;
                continue;
            }
            match self.backend.commit(base.revision, &transactions).await? {
                Committed::Yes => {
                    self.published.publish(snapshot);
                    return Ok(());
                }
                Committed::Behind if began.elapsed() > PATIENCE => return Err(BackendError::Contended),
                Committed::Behind => {
                    self.follow().await?;
                    fresh = true;
                }
            }
        }
    }

    /// Wait until it is time to follow. This is given up whenever a closure comes, so it only waits.
    async fn look(&mut self) {
        if self.blind {
            // the backend may know of something new at once, and again and again
            return sleep(PAUSE).await;
        }
        self.backend.others(self.published.snapshot.load().revision).await;
    }

    /// Take over what other replicas have committed; whether there was anything.
    async fn follow(&mut self) -> Result<bool, BackendError> {
        if self.lost {
            return Err(BackendError::Lost);
        }
        let base = self.published.snapshot.load_full();
        let mut snapshot = Snapshot::clone(&base);
        let mut reloaded = false;
        loop {
            match self.backend.since(snapshot.revision).await? {
                Since::Nothing => break,
                Since::Changes(changes) => {
                    for recorded in &changes {
                        snapshot.follow(recorded)?;
                    }
                }
                Since::Reload => {
                    tracing::info!(revision = snapshot.revision, "loading everything anew");
                    snapshot = self.backend.load(&self.schema).await?;
                    reloaded = true;
                }
                Since::Lost => {
                    self.lost = true;
                    return Err(BackendError::Lost);
                }
            }
        }
        if snapshot.revision == base.revision && !reloaded {
            return Ok(false);
        }
        self.published.publish(snapshot);
        Ok(true)
    }

    /// Remember whether the storage can be reached, and say when that changes.
    fn note(&self, what: &'static str, error: Option<&BackendError>) {
        // others being faster says nothing of the storage
        let error = error.filter(|error| !matches!(error, BackendError::Contended));
        let was = self.published.reachable.swap(error.is_none(), Ordering::Relaxed);
        match error {
            Some(error) if was => tracing::error!(%error, what, "the storage cannot be used: reads go on from memory"),
            None if !was => tracing::info!("the storage can be used again"),
            _ => {}
        }
    }
}

/// Run the closures one after another until there is enough for a commit: what they leave, and the documents with it.
/// `served` becomes how many were run.
fn run(base: &Snapshot, batch: &mut [Box<dyn Job>], served: &mut usize) -> (Snapshot, Vec<Transaction>) {
    let mut snapshot = base.clone();
    let mut transactions = Vec::new();
    let (mut rows, mut done) = (0, 0);
    for job in batch {
        if rows >= ROWS {
            break;
        }
        done += 1;
        // on a clone, which costs nothing: a closure that fails half-way leaves no trace
        let mut draft = Draft::on(snapshot.clone());
        if job.run(&mut draft) {
            let (next, transaction) = draft.end();
            if !transaction.is_empty() {
                rows += transaction.rows();
                snapshot = next;
                transactions.push(transaction);
            }
        }
    }
    *served = done;
    (snapshot, transactions)
}

impl BackendError {
    fn kind(&self) -> StoreError {
        match self {
            Self::Unconfirmed(_) => StoreError::Unconfirmed,
            Self::Contended => StoreError::Busy,
            Self::Lost => StoreError::Lost,
            Self::Unreachable(_) | Self::Unusable(_) | Self::Unreadable(_) | Self::Corrupt { .. } => {
                StoreError::Unreachable
            }
        }
    }
}
