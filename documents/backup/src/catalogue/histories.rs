//! One history for each database of the API.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Catalogue, CatalogueError, change};
use crate::model::Change;

/// What was copied of one database of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Counts from 1, in the order in which they began.
    pub id: i64,
    /// What the API calls its database.
    pub epoch: String,
    /// The last change that is copied; 0 is none.
    pub seq: i64,
}

/// What to compare with the feed: it must still say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The history that goes on.
    pub history: History,
    /// Its last change.
    pub last: Option<Change>,
}

fn history(row: &SqliteRow) -> Result<History, CatalogueError> {
    Ok(History { id: row.try_get("id")?, epoch: row.try_get("epoch")?, seq: row.try_get("seq")? })
}

/// When the API was seen, by its own clock, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// With the history that was followed until then; none: not since the start.
    pub before: Option<i64>,
    /// With the one that is followed from here on.
    pub now: i64,
}

impl Catalogue {
    /// The history that goes on; none when nothing was ever copied.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn known(&self) -> Result<Option<Known>, CatalogueError> {
        let select = "SELECT history.* FROM history JOIN following ON following.history = history.id";
        let Some(row) = sqlx::query(select).fetch_optional(&self.pool).await? else { return Ok(None) };
        let history = history(&row)?;
        let select = "SELECT * FROM change WHERE history = ? AND seq = ?";
        let last = sqlx::query(select).bind(history.id).bind(history.seq).fetch_optional(&self.pool).await?;
        Ok(Some(Known { last: last.as_ref().map(change).transpose()?, history }))
    }

    /// Go on with the history of this epoch: the latest of it, or a new one.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn follow(&self, epoch: &str, seen: Seen) -> Result<History, CatalogueError> {
        let mut writing = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let select = "SELECT * FROM history WHERE epoch = ? ORDER BY generation DESC LIMIT 1";
        let found = match sqlx::query(select).bind(epoch).fetch_optional(&mut *writing).await? {
            Some(row) => history(&row)?,
            None => begin(&mut writing, epoch, 1).await?,
        };
        set_following(&mut writing, found.id, seen).await?;
        writing.commit().await?;
        Ok(found)
    }

    /// Begin anew under this epoch: its database was set back, and its numbers mean something else from here on.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn begin_again(&self, epoch: &str, seen: Seen) -> Result<History, CatalogueError> {
        let mut writing = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let select = "SELECT coalesce(max(generation), 0) FROM history WHERE epoch = ?";
        let before: i64 = sqlx::query_scalar(select).bind(epoch).fetch_one(&mut *writing).await?;
        let begun = begin(&mut writing, epoch, before + 1).await?;
        set_following(&mut writing, begun.id, seen).await?;
        writing.commit().await?;
        Ok(begun)
    }

    /// The history that goes on was seen.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub async fn note_seen(&self, now: i64) -> Result<(), CatalogueError> {
        let mut writing = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        saw(&mut writing, now).await?;
        Ok(writing.commit().await?)
    }
}

async fn begin(writing: &mut sqlx::SqliteConnection, epoch: &str, generation: i64) -> Result<History, CatalogueError> {
    let insert = "INSERT INTO history (epoch, generation, seq) VALUES (?, ?, 0) RETURNING *";
    history(&sqlx::query(insert).bind(epoch).bind(generation).fetch_one(writing).await?)
}

async fn set_following(writing: &mut sqlx::SqliteConnection, id: i64, seen: Seen) -> Result<(), CatalogueError> {
    if let Some(before) = seen.before {
        saw(writing, before).await?;
    }
    let insert = "INSERT INTO following (only_row, history) VALUES (1, ?) \
                  ON CONFLICT (only_row) DO UPDATE SET history = excluded.history";
    sqlx::query(insert).bind(id).execute(&mut *writing).await?;
    let insert = "INSERT INTO followed (history, since, until) VALUES (?1, ?2, ?2)";
    sqlx::query(insert).bind(id).bind(seen.now).execute(&mut *writing).await?;
    // another database may have what this one had not
    sqlx::query("UPDATE content SET next_at = 0 WHERE state <> 'here'").execute(writing).await?;
    Ok(())
}

/// Of a clock that was set back the later moment counts.
pub(super) async fn saw(writing: &mut sqlx::SqliteConnection, now: i64) -> Result<(), CatalogueError> {
    let update = "UPDATE followed SET until = max(until, ?) WHERE id = (SELECT max(id) FROM followed)";
    sqlx::query(update).bind(now).execute(writing).await?;
    Ok(())
}
