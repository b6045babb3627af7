//! The one task that writes.
//!
//! While the storage is busy with one commit the next closures gather, and share the next one (group commit). The task
//! also follows what other replicas commit.

mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

pub(crate) use work::{Job, Work};

use crate::backend::{Backend, BackendError, Committed, Since};
use crate::draft::Draft;
use crate::transaction::Transaction;
use crate::{Schema, Snapshot, StoreError};

/// Closures in one commit at most.
const BATCH: usize = 256;

/// For how long a batch is begun anew because other replicas were faster, before its writers are sent away.
const PATIENCE: Duration = Duration::from_secs(3);

/// What readers see.
pub(crate) struct Published {
    pub snapshot: ArcSwap<Snapshot>,
    pub revision: watch::Sender<u64>,
    pub reachable: AtomicBool,
}

impl Published {
    pub fn new(snapshot: Snapshot) -> Self {
        let revision = watch::Sender::new(snapshot.revision);
        Self { snapshot: ArcSwap::from_pointee(snapshot), revision, reachable: AtomicBool::new(true) }
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
}

impl Keeper {
    pub fn new(published: Arc<Published>, backend: Backend, schema: Schema) -> Self {
        Self { published, backend, schema, lost: false }
    }

    /// Until the last handle of the store is gone.
    pub async fn work(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                // what clients wait for comes first
                biased;
                waiting = jobs.recv_many(&mut batch, BATCH) => {
                    if waiting == 0 {
                        return;
                    }
                    let outcome = self.commit(&mut batch).await;
                    self.note("write", outcome.as_ref().err());
                    let outcome = outcome.map_err(|error| error.kind());
                    for job in batch.drain(..) {
                        job.end(outcome);
                    }
                }
                // another replica has written, or it is time to look whether the storage is still there
                () = self.backend.others(self.published.snapshot.load().revision) => {
                    let followed = self.follow().await;
                    self.note("follow", followed.as_ref().err());
                }
            }
        }
    }

    async fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), BackendError> {
        let began = Instant::now();
        loop {
            if self.lost {
                return Err(BackendError::Lost);
            }
            let base = self.published.snapshot.load_full();
            let (snapshot, transactions) = run(&base, batch);
            if transactions.is_empty() {
                // refused, or nothing to change: true only if nobody has changed anything meanwhile
                if !self.follow().await? {
                    return Ok(());
                }
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
                }
            }
        }
    }

    /// Take over what other replicas have committed; whether there was anything.
    async fn follow(&mut self) -> Result<bool, BackendError> {
        if self.lost {
            return Err(BackendError::Lost);
        }
        let base = self.published.snapshot.load_full();
        let mut snapshot = Snapshot::clone(&base);
        loop {
            match self.backend.since(snapshot.revision).await? {
                Since::Nothing => break,
                Since::Changes(changes) => {
                    for recorded in &changes {
                        snapshot.follow(recorded)?;
                    }
                }
                // the log does not reach back to where we are
                Since::Trimmed => snapshot = self.backend.load(&self.schema).await?,
                Since::Lost => {
                    self.lost = true;
                    return Err(BackendError::Lost);
                }
            }
        }
        if snapshot.revision == base.revision {
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

/// Run the closures one after another: what they leave, and the documents with it.
fn run(base: &Snapshot, batch: &mut [Box<dyn Job>]) -> (Snapshot, Vec<Transaction>) {
    let mut snapshot = base.clone();
    let mut transactions = Vec::new();
    for job in batch {
        // on a clone, which costs nothing: a closure that fails half-way leaves no trace
        let mut draft = Draft::on(snapshot.clone());
        if job.run(&mut draft) {
            let (next, transaction) = draft.end();
            if !transaction.is_empty() {
                snapshot = next;
                transactions.push(transaction);
            }
        }
    }
    (snapshot, transactions)
}

impl BackendError {
    fn kind(&self) -> StoreError {
        match self {
            Self::Unconfirmed(_) => StoreError::Unconfirmed,
            Self::Contended => StoreError::Busy,
            Self::Lost => StoreError::Lost,
            Self::Unreachable(_) | Self::Corrupt(_) => StoreError::Unreachable,
        }
    }
}
