//! The change feed: what happened, numbered within the turn in which it happened.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Database, Sight, StorageError, Turn, in_time};
use crate::model::{Change, ChangeKind, ChangedFile, File};

const SELECT: &str = "SELECT seq, kind, file_id, user_id, name, version, sha256, size, at FROM file_change";

fn change_of(row: &AnyRow) -> Result<Change, StorageError> {
    let kind: String = row.try_get("kind")?;
    let kind = ChangeKind::named(&kind).ok_or(StorageError::Foreign(kind))?;
    let file = ChangedFile {
        id: row.try_get("file_id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        version: row.try_get("version")?,
        sha256: row.try_get("sha256")?,
        size: row.try_get("size")?,
    };
    Ok(Change { seq: row.try_get("seq")?, kind, file, at: row.try_get("at")? })
}

impl Turn {
    /// Write down what happened to a file, as the next change.
    pub(super) async fn record(&mut self, kind: ChangeKind, file: &File, now: i64) -> Result<(), StorageError> {
        self.seq += 1;
        let insert = self.sql(
            "INSERT INTO file_change (seq, kind, file_id, user_id, name, version, sha256, size, at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
        let insert = insert.bind(self.seq).bind(kind.as_str().to_owned()).bind(file.id).bind(file.user_id);
        let insert = insert.bind(file.name.clone()).bind(file.version).bind(file.sha256.clone()).bind(file.size);
        insert.bind(now).execute(self.connection()).await?;
        Ok(())
    }
}

impl Database {
    /// The first changes in sight behind this one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn changes(&self, after: i64, limit: usize, sight: Sight) -> Result<Vec<Change>, StorageError> {
        let statement = match sight {
            Sight::All => self.build(format!("{SELECT} WHERE seq > ? ORDER BY seq LIMIT ?")),
            Sight::Of(user) => {
                self.build(format!("{SELECT} WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?")).bind(user)
            }
        };
        let statement = statement.bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = in_time(async { Ok::<_, StorageError>(statement.fetch_all(&self.pool).await?) }).await?;
        rows.iter().map(change_of).collect()
    }

    /// The number of the last change, as the database knows it; those who follow here are woken if it is news.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn last_change(&self) -> Result<i64, StorageError> {
        let row =
            in_time(async { Ok::<_, StorageError>(self.sql("SELECT seq FROM ledger").fetch_one(&self.pool).await?) });
        let seq: i64 = row.await?.try_get("seq")?;
        self.changed.send_if_modified(|known| {
            let is_newer = seq > *known;
            *known = seq.max(*known);
            is_newer
        });
        Ok(seq)
    }

    /// Up to which change others were told.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sent_to(&self) -> Result<i64, StorageError> {
        let row = self.sql("SELECT sent_to FROM ledger");
        Ok(in_time(async { Ok::<_, StorageError>(row.fetch_one(&self.pool).await?) }).await?.try_get("sent_to")?)
    }

    /// Others were told up to this change.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn told(&self, seq: i64) -> Result<(), StorageError> {
        // never back: another instance may be ahead
        let update = self.sql("UPDATE ledger SET sent_to = ? WHERE sent_to < ?").bind(seq).bind(seq);
        let _writer = self.writers.lock().await;
        in_time(async { Ok(update.execute(&self.pool).await.map(drop)?) }).await
    }
}
