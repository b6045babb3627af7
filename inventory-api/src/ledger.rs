//! The way of every change: commands wait in a queue, one task commits as many as wait in a single transaction, and
//! only then does anyone see them.
//!
//! While the disk is busy with one commit the next commands gather, and share the next one (group commit): 64 writers
//! get far more than 64 times a sixty-fourth. The task also follows what other replicas commit to the same database.
//! It asks for the revision a few times a second, which both databases can answer; PostgreSQL's LISTEN would be
//! quicker by a fraction of a second, and a second mechanism.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use arc_swap::ArcSwap;
use bytes::Bytes;
use chassis::ApiError;
use chassis::clock::SharedClock;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::MissedTickBehavior;

use crate::command::{Command, Draft, Outcome, Refusal};
use crate::etag;
use crate::snapshot::Snapshot;
use crate::storage::{CHANGES_AT_ONCE, Committed, Journal, Recorded, StorageError};

/// Commands in one transaction at most.
const BATCH: usize = 256;

/// Commands that wait at most. More are refused at once: what waits longer than a client does is done for nobody.
const QUEUE: usize = 1024;

/// How often the task asks what other replicas have done.
const FOLLOW_EVERY: Duration = Duration::from_millis(250);

/// How often a batch is begun anew because another replica was faster, before its clients are sent away.
const ATTEMPTS: usize = 20;

/// What everybody reads: a snapshot, and what is made of it only once.
pub struct Published {
    /// The inventory.
    pub snapshot: Snapshot,
    /// Its `ETag`.
    pub etag: HeaderValue,
    /// The first page of the plain list, made when it is first asked for.
    pub front: OnceLock<Bytes>,
}

impl Published {
    fn new(snapshot: Snapshot) -> Self {
        let tag = etag::of_inventory(&snapshot).to_string();
        let etag = HeaderValue::try_from(tag).expect("an epoch is hexadecimal and a revision is a number");
        Self { snapshot, etag, front: OnceLock::new() }
    }
}

/// The inventory as the routes see it: read it, or hand in a command.
#[derive(Clone)]
pub struct Ledger {
    published: Arc<ArcSwap<Published>>,
    queue: mpsc::Sender<Request>,
    reachable: Arc<AtomicBool>,
    revision: watch::Receiver<i64>,
}

struct Request {
    command: Command,
    actor: String,
    answer: oneshot::Sender<Result<Outcome, ApiError>>,
}

impl Ledger {
    /// Start with what the database holds. The task ends with the last clone of the ledger.
    pub fn start(snapshot: Snapshot, journal: Journal, clock: SharedClock) -> Self {
        let (revisions, revision) = watch::channel(snapshot.revision);
        let published = Arc::new(ArcSwap::from_pointee(Published::new(snapshot)));
        let reachable = Arc::new(AtomicBool::new(true));
        let (queue, requests) = mpsc::channel(QUEUE);
        let (shown, reached) = (Arc::clone(&published), Arc::clone(&reachable));
        let scribe = Scribe { published: shown, revisions, reachable: reached, journal, clock };
        tokio::spawn(scribe.work(requests));
        Self { published, queue, reachable, revision }
    }

    /// The inventory as it is now. What is returned does not change while it is held.
    pub fn read(&self) -> arc_swap::Guard<Arc<Published>> {
        self.published.load()
    }

    /// The revision of the inventory, each time it is another.
    pub fn revision(&self) -> watch::Receiver<i64> {
        self.revision.clone()
    }

    /// Whether the database could be reached when it was last asked.
    pub fn is_reachable(&self) -> bool {
        self.reachable.load(Ordering::Relaxed)
    }

    /// Carry out a command. When this returns `Ok`, the database has it for good.
    ///
    /// # Errors
    /// Why it was refused; 503 when the queue is full or the database cannot be reached.
    pub async fn submit(&self, command: Command, actor: String) -> Result<Outcome, ApiError> {
        let (answer, answered) = oneshot::channel();
        self.queue
            .try_send(Request { command, actor, answer })
            .map_err(|_| ApiError::unavailable("Too many changes wait already: try again", 1))?;
        // without an answer the task is gone, in the middle of nobody knows what
        answered.await.unwrap_or_else(|_| Err(unconfirmed()))
    }
}

fn unreachable() -> ApiError {
    ApiError::unavailable("The inventory's database cannot be reached: nothing was changed", 1)
}

fn unconfirmed() -> ApiError {
    let message = "The inventory's database did not confirm the change: read whether it was made before you try again";
    ApiError::unavailable(message, 1)
}

/// The one task that writes.
struct Scribe {
    published: Arc<ArcSwap<Published>>,
    revisions: watch::Sender<i64>,
    reachable: Arc<AtomicBool>,
    journal: Journal,
    clock: SharedClock,
}

impl Scribe {
    async fn work(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut follow = tokio::time::interval(FOLLOW_EVERY);
        follow.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                // what clients wait for comes first
                biased;
                waiting = requests.recv_many(&mut batch, BATCH) => {
                    if waiting == 0 {
                        return;
                    }
                    self.answer(&mut batch).await;
                }
                _ = follow.tick() => {
                    let followed = self.follow().await;
                    self.note("follow the database", followed.err());
                }
            }
        }
    }

    async fn answer(&mut self, batch: &mut Vec<Request>) {
        match self.commit(batch).await {
            Ok(outcomes) => {
                self.note("write", None);
                for (request, outcome) in batch.drain(..).zip(outcomes) {
                    // whoever has hung up does not hear it; the change stands
                    let _ = request.answer.send(outcome.map_err(ApiError::from));
                }
            }
            Err(error) => {
                let refusal = if matches!(error, StorageError::Unconfirmed(_)) { unconfirmed() } else { unreachable() };
                self.note("write", Some(error));
                for request in batch.drain(..) {
                    let _ = request.answer.send(Err(refusal.clone()));
                }
            }
        }
    }

    async fn commit(&mut self, batch: &[Request]) -> Result<Vec<Result<Outcome, Refusal>>, StorageError> {
        for _ in 0..ATTEMPTS {
            let base = self.published.load_full();
            let (draft, changes, outcomes) = work_out(&base.snapshot, batch, self.clock.unix_seconds());
            if changes.is_empty() {
                // refused, or nothing to change: true only if nobody has changed anything meanwhile
                if self.follow().await? == Followed::Nothing {
                    return Ok(outcomes);
                }
                continue;
            }
            match self.journal.commit(base.snapshot.revision, draft.snapshot.next_id, &changes).await? {
                Committed::Yes => {
                    self.publish(draft.snapshot);
                    return Ok(outcomes);
                }
                Committed::Behind => {
                    self.follow().await?;
                }
            }
        }
        let busy = ApiError::unavailable("Others change the inventory all the time: try again", 1);
        Ok(batch.iter().map(|_| Err(busy.clone().into())).collect())
    }

    /// Take over what other replicas have committed.
    async fn follow(&mut self) -> Result<Followed, StorageError> {
        let base = self.published.load_full();
        let mut snapshot = base.snapshot.clone();
        loop {
            let changes = self.journal.since(snapshot.revision).await?;
            for recorded in &changes {
                snapshot.apply(recorded);
            }
            // seen by nobody before it is the whole: an import is all or nothing here too
            if changes.len() < CHANGES_AT_ONCE {
                break;
            }
        }
        if snapshot.revision == base.snapshot.revision {
            return Ok(Followed::Nothing);
        }
        self.publish(snapshot);
        Ok(Followed::Changes)
    }

    fn publish(&self, snapshot: Snapshot) {
        let revision = snapshot.revision;
        self.published.store(Arc::new(Published::new(snapshot)));
        self.revisions.send_replace(revision);
    }

    /// Remember whether the database can be reached, and say when that changes.
    fn note(&self, what: &'static str, error: Option<StorageError>) {
        let reachable = error.is_none();
        let was = self.reachable.swap(reachable, Ordering::Relaxed);
        match error {
            Some(error) if was => tracing::error!(%error, what, "the database cannot be used: reads go on from memory"),
            None if !was => tracing::info!("the database can be used again"),
            _ => {}
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Followed {
    Nothing,
    Changes,
}

/// What the commands make of a snapshot: the next one, the changes, and the answer to each.
fn work_out(base: &Snapshot, batch: &[Request], now: i64) -> (Draft, Vec<Recorded>, Vec<Result<Outcome, Refusal>>) {
    let mut draft = Draft::on(base.clone(), now);
    let mut changes = Vec::new();
    let mut outcomes = Vec::with_capacity(batch.len());
    for Request { command, actor, .. } in batch {
        // on a clone, which costs nothing: a command that is refused half-way leaves no trace
        let mut trial = draft.clone();
        let before = changes.len();
        let outcome = trial.carry_out(command, actor, &mut changes);
        if outcome.is_ok() {
            draft = trial;
        } else {
            changes.truncate(before);
        }
        outcomes.push(outcome);
    }
    (draft, changes, outcomes)
}
