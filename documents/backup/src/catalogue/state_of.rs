//! The files as they were at a moment.
//!
//! Of several changes in one second the last counts; and a change counts by its place in the feed, so that a clock of the
//! API that was set back mixes nothing up.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Catalogue, CatalogueError, change, state};
use crate::model::{Change, ContentState};

/// The last change of a file before a moment, and how its content stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The change.
    pub change: Change,
    /// Its content.
    pub content: ContentState,
    /// Why that is not here, if it is not.
    pub why: Option<String>,
}

impl Catalogue {
    /// Every file that existed at this moment.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn files_at(&self, history: i64, moment: i64) -> Result<Vec<Kept>, CatalogueError> {
        let select = "SELECT change.*, content.state, content.why \
                      FROM (SELECT max(seq) AS seq FROM change WHERE history = ?1 AND at <= ?2 GROUP BY file_id) AS last \
                      JOIN change ON change.history = ?1 AND change.seq = last.seq \
                      JOIN content ON content.sha256 = change.sha256 \
                      WHERE kind <> 'deleted' ORDER BY file_id";
        let rows = sqlx::query(select).bind(history).bind(moment).fetch_all(&self.pool).await?;
        rows.iter().map(kept).collect()
    }

    /// The last change of this file by this moment: it may be its deletion.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn file_at(&self, history: i64, file: i64, moment: i64) -> Result<Option<Kept>, CatalogueError> {
        let select = "SELECT change.*, content.state, content.why FROM change JOIN content ON content.sha256 = change.sha256 \
                      WHERE history = ? AND file_id = ? AND at <= ? ORDER BY seq DESC LIMIT 1";
        let row = sqlx::query(select).bind(history).bind(file).bind(moment).fetch_optional(&self.pool).await?;
        row.as_ref().map(kept).transpose()
    }

    /// The histories that know a file of this number: it is another one in each.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn histories_of(&self, file: i64) -> Result<Vec<i64>, CatalogueError> {
        let select = "SELECT id FROM history WHERE EXISTS \
                      (SELECT 1 FROM change WHERE change.history = history.id AND file_id = ?) ORDER BY id";
        Ok(sqlx::query_scalar(select).bind(file).fetch_all(&self.pool).await?)
    }

    /// When this file was made, in Unix seconds; none when there never was such a file.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn made_at(&self, history: i64, file: i64) -> Result<Option<i64>, CatalogueError> {
        let select = "SELECT at FROM change WHERE history = ? AND file_id = ? ORDER BY seq LIMIT 1";
        let row = sqlx::query(select).bind(history).bind(file).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get("at")).transpose()?)
    }
}

fn kept(row: &SqliteRow) -> Result<Kept, CatalogueError> {
    Ok(Kept { change: change(row)?, content: state(row)?, why: row.try_get("why")? })
}
