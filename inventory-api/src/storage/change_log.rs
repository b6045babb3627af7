//! The change log as the event relay reads it, on a connection of its own.

use serde_json::Value;
use sqlx::Row;

use super::{Database, Durability, Journal, PATIENCE, StorageError, change_of};
use crate::model::Change;

/// Rows in which the status came from `down` or went to it, and perhaps some more; all of them hold a server. By their
/// text, since both databases can do that: it is written as [`FieldChange`](crate::model::FieldChange) is declared.
const TO_OR_FROM_DOWN: &str = "revision > $1 AND \
    (changes LIKE '%\"status\",\"from\":\"down\"%' OR changes LIKE '%\"status\",\"from\":%\"to\":\"down\"%')";

/// What was changed, and how far others were told.
pub struct ChangeLog(Journal);

impl ChangeLog {
    /// The change log of this database.
    pub fn of(database: Database) -> Self {
        // after a power cut some events may be told again, which harms nobody; writers would wait for a safer commit
        Self(Journal::with(database, Durability::ProcessCrash))
    }

    /// The revision up to which others were told.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sent_to(&mut self) -> Result<i64, StorageError> {
        self.0
            .step_within(PATIENCE, async |connection| {
                Ok(sqlx::query_scalar("SELECT sent_to FROM event_relay").fetch_one(connection).await?)
            })
            .await
    }

    /// Others were told up to this revision.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn move_to(&mut self, revision: i64) -> Result<(), StorageError> {
        // never back: another replica may be ahead
        let update = "UPDATE event_relay SET sent_to = $1 WHERE sent_to < $1";
        self.0
            .step_within(PATIENCE, async |connection| {
                sqlx::query(update).bind(revision).execute(connection).await?;
                Ok(())
            })
            .await
    }

    /// The first changes after this revision by which a server went down or came back, each with the server after it, or
    /// `Null`. Some that are neither may be among them.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn to_or_from_down(&mut self, revision: i64, limit: usize) -> Result<Vec<(Change, Value)>, StorageError> {
        let select = format!(
            "SELECT revision, server_id, at, actor, action, changes, server FROM server_change \
             WHERE {TO_OR_FROM_DOWN} ORDER BY revision LIMIT $2"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .step_within(PATIENCE, async |connection| {
                let rows = sqlx::query(sqlx::AssertSqlSafe(select)).bind(revision).bind(limit);
                let of_row = |row: &_| {
                    let server: Option<String> = sqlx::any::AnyRow::try_get(row, "server")?;
                    let server = server.map(|json| serde_json::from_str(&json)).transpose()?;
                    Ok((change_of(row)?, server.unwrap_or_default()))
                };
                rows.fetch_all(connection).await?.iter().map(of_row).collect()
            })
            .await
    }

    /// How many such changes there are after this revision.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn count_to_or_from_down(&mut self, revision: i64) -> Result<u64, StorageError> {
        let count = format!("SELECT COUNT(*) FROM server_change WHERE {TO_OR_FROM_DOWN}");
        self.0
            .step_within(PATIENCE, async |connection| {
                let count: i64 =
                    sqlx::query_scalar(sqlx::AssertSqlSafe(count)).bind(revision).fetch_one(connection).await?;
                Ok(u64::try_from(count).unwrap_or_default())
            })
            .await
    }
}
