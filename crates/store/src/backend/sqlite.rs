//! SQLite, on threads of its own: one connection for the keeper, one for everybody else.
//!
//! `rusqlite` and not `sqlx`: a commit is one trip to this thread with everything in it, where sqlx makes one for each
//! statement, and the disk's own time for a sync is of the same size as five such trips.

mod connection;
mod file;
mod schema;

use std::time::Duration;

use chassis::ids::Ids;
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{BackendError, Committed, Since};
use crate::transaction::{Rows, Transaction};
use crate::{Schema, Snapshot};
use connection::{Connection, Durability};
use file::File;

/// How often it is asked what other processes have done: a question that costs some microseconds.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Transactions that the change log keeps. Whoever is further behind loads everything.
const CHANGES_KEPT: u64 = 10_000;

/// Changes that are read in one step.
const AT_ONCE: u32 = 1000;

/// The keeper's connection.
pub(crate) struct Sqlite {
    connection: Connection,
    /// What this storage was called when it was opened.
    epoch: String,
    file: File,
}

/// Everybody else's connection.
#[derive(Clone)]
pub(crate) struct Side(Connection);

pub(crate) async fn open(path: &str, ids: &dyn Ids) -> Result<(Sqlite, Side), BackendError> {
    let epoch = ids.secret();
    let connection = Connection::open(path, Durability::Full).await?;
    let file = File::at(path)?;
    let epoch = connection.run(move |sqlite| schema::prepare(sqlite, &epoch)).await?;
    // what it writes may be lost in a power cut without harm: an event is then sent twice
    let side = Connection::open(path, Durability::Normal).await?;
    Ok((Sqlite { connection, epoch, file }, Side(side)))
}

impl Sqlite {
    pub async fn load(&mut self, schema: &Schema) -> Result<Snapshot, BackendError> {
        let mut snapshot = Snapshot::empty(schema);
        self.connection
            .run(move |sqlite| {
                // all from one moment
                let read = sqlite.transaction()?;
                snapshot.revision = read.query_row("SELECT revision FROM meta", [], |row| row.get(0))?;
                let mut documents = read.prepare("SELECT collection, key, version, json FROM document")?;
                let mut rows = documents.query([])?;
                while let Some(row) = rows.next()? {
                    let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
                    snapshot.take_over(text(0)?, text(1)?, row.get(2)?, Some(text(3)?))?;
                }
                drop(rows);
                drop(documents);
                Ok(snapshot)
            })
            .await
    }

    pub async fn commit(&mut self, base: u64, transactions: &[Transaction]) -> Result<Committed, BackendError> {
        if !self.file.is_there() {
            return Err(BackendError::Lost);
        }
        let rows = Rows::of(base, transactions);
        let epoch = self.epoch.clone();
        self.connection
            .run(move |sqlite| {
                let write = sqlite.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let moved = write
                    .prepare_cached("UPDATE meta SET revision = ?1 WHERE revision = ?2 AND epoch = ?3")?
                    .execute(params![rows.revision, base, epoch])?;
                if moved == 0 {
                    return Ok(Committed::Behind);
                }
                self::write(&rows, &write)?;
                write.commit().map_err(|error| match error.sqlite_error_code() {
                    // said before its last page was written, without which none of them counts
                    Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DiskFull) => {
                        BackendError::Unreachable(error.to_string())
                    }
                    _ => BackendError::Unconfirmed(error.to_string()),
                })?;
                Ok(Committed::Yes)
            })
            .await
    }

    pub async fn since(&mut self, revision: u64) -> Result<Since, BackendError> {
        if !self.file.is_there() {
            return Ok(Since::Lost);
        }
        let ours = self.epoch.clone();
        self.connection
            .run(move |sqlite| {
                let read = sqlite.transaction()?;
                let (epoch, now) = read
                    .prepare_cached("SELECT epoch, revision FROM meta")?
                    .query_row([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))?;
                if epoch != ours || now < revision {
                    return Ok(Since::Lost);
                }
                if now == revision {
                    return Ok(Since::Nothing);
                }
                let mut changes = read.prepare_cached(
                    "SELECT revision, changes FROM change WHERE revision > ?1 ORDER BY revision LIMIT ?2",
                )?;
                let mut recorded = Vec::new();
                let mut rows = changes.query(params![revision, AT_ONCE])?;
                while let Some(row) = rows.next()? {
                    let changes = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                    recorded.push(super::recorded(row.get(0)?, changes)?);
                }
                let follows = recorded.first().is_some_and(|first| first.revision == revision + 1);
                Ok(if follows { Since::Changes(recorded) } else { Since::Reload })
            })
            .await
    }

    pub async fn others(&mut self) {
        tokio::time::sleep(LOOK_EVERY).await;
    }

    /// Bring what lies in the write-ahead log into the file, so that whoever copies the file has everything.
    pub async fn close(self) {
        let checkpoint = |sqlite: &mut rusqlite::Connection| {
            Ok(sqlite.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))?)
        };
        // the next start does it otherwise
        if let Err(error) = self.connection.run(checkpoint).await {
            tracing::debug!(%error, "the write-ahead log was left as it is");
        }
    }
}

fn write(rows: &Rows, write: &rusqlite::Transaction<'_>) -> Result<(), BackendError> {
    let mut put = write.prepare_cached(
        "INSERT INTO document (collection, key, version, json) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (collection, key) DO UPDATE SET version = excluded.version, json = excluded.json",
    )?;
    let mut delete = write.prepare_cached("DELETE FROM document WHERE collection = ?1 AND key = ?2")?;
    for (collection, key, version, json) in &rows.documents {
        match json {
            Some(json) => put.execute(params![collection, key, version, json])?,
            None => delete.execute(params![collection, key])?,
        };
    }
    let mut change = write.prepare_cached("INSERT INTO change (revision, changes) VALUES (?1, ?2)")?;
    for row in &rows.changes {
        change.execute(params![row.0, row.1])?;
    }
    write
        .prepare_cached("DELETE FROM change WHERE revision <= ?1")?
        .execute([rows.revision.saturating_sub(CHANGES_KEPT)])?;
    let mut event = write.prepare_cached("INSERT INTO outbox (position, event) VALUES (?1, ?2)")?;
    for row in &rows.events {
        event.execute(params![row.0, row.1])?;
    }
    let mut entry = write.prepare_cached("INSERT INTO log (name, position, entry) VALUES (?1, ?2, ?3)")?;
    for row in &rows.entries {
        entry.execute(params![row.0, row.1, row.2])?;
    }
    Ok(())
}

impl Side {
    pub async fn log(&self, name: &str, before: Option<u64>, limit: usize) -> Result<Vec<(u64, String)>, BackendError> {
        let (name, before) = (name.to_owned(), before.unwrap_or(i64::MAX.cast_unsigned()));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .run(move |sqlite| {
                let sql = "SELECT position, entry FROM log WHERE name = ?1 AND position < ?2 \
                           ORDER BY position DESC LIMIT ?3";
                let mut entries = sqlite.prepare_cached(sql)?;
                let rows = entries.query_map(params![name, before, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    pub async fn pending(&self, limit: usize) -> Result<Vec<(u64, String)>, BackendError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .run(move |sqlite| {
                let mut events =
                    sqlite.prepare_cached("SELECT position, event FROM outbox ORDER BY position LIMIT ?1")?;
                let rows = events.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    pub async fn count(&self) -> Result<u64, BackendError> {
        self.0.run(|sqlite| Ok(sqlite.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?)).await
    }

    pub async fn sent(&self, upto: u64) -> Result<(), BackendError> {
        self.0
            .run(move |sqlite| {
                sqlite.prepare_cached("DELETE FROM outbox WHERE position <= ?1")?.execute([upto])?;
                Ok(())
            })
            .await
    }

    pub async fn lease(&self, name: &str, holder: &str, seconds: u32) -> Result<bool, BackendError> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.0
            .run(move |sqlite| {
                let sql = "INSERT INTO lease (name, holder, until) VALUES (?1, ?2, unixepoch() + ?3) \
                           ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until \
                           WHERE lease.holder = excluded.holder OR lease.until <= unixepoch() \
                           RETURNING 1";
                let mut take = sqlite.prepare_cached(sql)?;
                Ok(take.query_row(params![name, holder, seconds], |_| Ok(())).optional()?.is_some())
            })
            .await
    }
}
