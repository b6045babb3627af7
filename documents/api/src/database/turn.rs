//! One writer after another.
//!
//! Every transaction that changes something begins by changing the one row of the ledger, and so holds it until it
//! commits: the next one, of this process or of another instance, waits. What is numbered within a turn is therefore
//! numbered in the order of the commits, without a gap, and a reader that has seen change 7 will never see a new change 6.
//! A sequence of the database would be faster, and promises neither: it counts what was rolled back, and commits in
//! another order than it counts (docs/decisions/0021-documents.md).
//!
//! That a turn is short is its holder's duty: uploads stream before it, not within it.

use std::sync::Arc;

use sqlx::{Any, AnyConnection, Row, Transaction};
use tokio::sync::{OwnedMutexGuard, watch};

use super::{Database, Statement, StorageError};
use crate::settings::Kind;

/// A transaction that no other writer shares. Dropped without a commit, it has changed nothing.
pub struct Turn {
    kind: Kind,
    transaction: Transaction<'static, Any>,
    pub(super) seq: i64,
    pub(super) last_user: i64,
    pub(super) last_file: i64,
    changed: Arc<watch::Sender<i64>>,
    // behind the transaction: the next writer of this process begins when it has ended
    _writer: OwnedMutexGuard<()>,
}

impl Database {
    /// Wait for all writers before, and begin.
    ///
    /// # Errors
    /// When the database cannot be reached.
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
        let ledger = self.sql("SELECT seq, last_user, last_file FROM ledger").fetch_one(&mut *transaction).await?;
        Ok(Turn {
            kind: self.kind,
            seq: ledger.try_get("seq")?,
            last_user: ledger.try_get("last_user")?,
            last_file: ledger.try_get("last_file")?,
            changed: Arc::clone(&self.changed),
            transaction,
            _writer: writer,
        })
    }
}

impl Turn {
    /// Make what was done durable and visible, all of it at once.
    ///
    /// # Errors
    /// When the database does not confirm it: then it may be done or not.
    pub async fn commit(mut self) -> Result<(), StorageError> {
        let update = self.sql("UPDATE ledger SET seq = ?, last_user = ?, last_file = ?");
        let update = update.bind(self.seq).bind(self.last_user).bind(self.last_file);
        update.execute(self.connection()).await?;
        self.transaction.commit().await.map_err(StorageError::Unconfirmed)?;
        self.changed.send_if_modified(|known| {
            let is_newer = self.seq > *known;
            *known = self.seq.max(*known);
            is_newer
        });
        Ok(())
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
