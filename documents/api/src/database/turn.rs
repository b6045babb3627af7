//! One writer after another.
//!
//! Every transaction that changes something begins by changing the one row of the ledger, and so holds it until it
//! commits: the next one, of this process or of another instance, waits. What is numbered within a turn is therefore
//! numbered in the order of the commits, without a gap, and a reader that has seen change 7 will never see a new change 6.
//! A sequence of the database would be faster, and promises neither: it counts what was rolled back, and commits in
//! another order than it counts (docs/decisions/0021-documents.md).
//!
//! That a turn is short is its holder's duty: uploads stream before it, not within it.
//!
//! Until it is asked to commit, a turn that takes too long is given up, and has changed nothing. From then on nobody knows:
//! so a commit is never broken off by whoever waits for it, and one that is late is said to be late.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Any, AnyConnection, Row, Transaction};
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::time::timeout;

use super::{Database, PATIENCE, Statement, StorageError, in_time};
use crate::settings::Kind;

/// How long a commit may take before its connection is given up: much longer than anybody waits for it. The next writer of
/// this process waits for it too.
const PATIENCE_WITH_COMMIT: Duration = Duration::from_secs(20);

/// A transaction that no other writer shares. Dropped without a commit, it has changed nothing.
pub struct Turn {
    kind: Kind,
    transaction: Transaction<'static, Any>,
    pub(super) seq: i64,
    pub(super) last_user: i64,
    pub(super) last_file: i64,
    changed: Arc<watch::Sender<i64>>,
    // behind the transaction: the next writer of this process begins when it has ended
    writer: OwnedMutexGuard<()>,
}

impl Database {
    /// Do this in a turn, and make it durable and visible, all of it at once. When it fails, nothing was changed; only with
    /// [`StorageError::Unconfirmed`] nobody knows.
    ///
    /// # Errors
    /// Those of the work, and when the database cannot be reached.
    pub async fn in_turn<T, E: From<StorageError>>(
        &self,
        work: impl AsyncFnOnce(&mut Turn) -> Result<T, E>,
    ) -> Result<T, E> {
        let (turn, value) = in_time(async {
            let mut turn = self.turn().await?;
            let value = work(&mut turn).await?;
            turn.seal().await?;
            Ok::<_, E>((turn, value))
        })
        .await?;
        turn.commit().await?;
        Ok(value)
    }

    /// Wait for all writers before, and begin.
    ///
    /// # Errors
    /// When the database cannot be reached, or is not the one that it was at the start.
    pub async fn turn(&self) -> Result<Turn, StorageError> {
        let writer = Arc::clone(&self.writers).lock_owned().await;
        let begin = match self.kind {
            // otherwise it would begin as a reader, and be refused when it wants to write
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres | Kind::MySql => "BEGIN",
        };
        let mut transaction = self.pool.begin_with(begin).await?;
        // before anything is read: what is read from now on is what all before have left
        self.sql("UPDATE ledger SET turn = turn + 1").execute(&mut *transaction).await?;
        let select = self.sql("SELECT epoch, seq, last_user, last_file FROM ledger");
        let ledger = select.fetch_one(&mut *transaction).await?;
        let epoch: String = ledger.try_get("epoch")?;
        if epoch != *self.epoch {
            // put back from a copy under us: its numbers are others, and the content is perhaps not its own
            return Err(StorageError::Replaced(epoch));
        }
        Ok(Turn {
            kind: self.kind,
            seq: ledger.try_get("seq")?,
            last_user: ledger.try_get("last_user")?,
            last_file: ledger.try_get("last_file")?,
            changed: Arc::clone(&self.changed),
            transaction,
            writer,
        })
    }
}

impl Turn {
    /// Write down what was counted.
    async fn seal(&mut self) -> Result<(), StorageError> {
        let update = self.sql("UPDATE ledger SET seq = ?, last_user = ?, last_file = ?");
        let update = update.bind(self.seq).bind(self.last_user).bind(self.last_file);
        update.execute(self.connection()).await?;
        Ok(())
    }

    /// Commit, on a task of its own: a client that hangs up meanwhile, or is told to look later, does not stop it half-way.
    async fn commit(self) -> Result<(), StorageError> {
        let Self { transaction, seq, changed, writer, .. } = self;
        let committing = tokio::spawn(async move {
            let committed = timeout(PATIENCE_WITH_COMMIT, transaction.commit()).await;
            let committed = committed.map_or(Err(StorageError::TimedOut), |answered| Ok(answered?));
            if committed.is_ok() {
                changed.send_if_modified(|known| {
                    let is_newer = seq > *known;
                    *known = seq.max(*known);
                    is_newer
                });
            }
            drop(writer);
            committed
        });
        let committed = match timeout(PATIENCE, committing).await {
            Ok(Ok(committed)) => committed,
            // too late, or this process ends
            _ => Err(StorageError::TimedOut),
        };
        committed.map_err(|error| StorageError::Unconfirmed(Box::new(error)))
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn sql(&self, text: &'static str) -> Statement {
        Statement::new(self.kind, text)
    }

    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}
