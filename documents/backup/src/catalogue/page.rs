//! What was copied, the latest first.

use serde::Serialize;
use sqlx::Row;
use utoipa::ToSchema;

use super::{Catalogue, CatalogueError, change, state};
use crate::model::{ContentState, FileVersion, Kind};

/// Which changes.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this history.
    pub history: Option<i64>,
    /// Of this file.
    pub file: Option<i64>,
    /// Of this user's files.
    pub user: Option<i64>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// From this moment on, in Unix seconds.
    pub from: Option<i64>,
    /// Up to and with this moment, in Unix seconds.
    pub to: Option<i64>,
}

/// One change that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entry {
    /// Its place in the catalogue.
    #[serde(skip)]
    pub id: u64,
    /// The history that it belongs to: another one for each database of the documents API.
    #[schema(example = 1)]
    pub history: i64,
    /// What the documents API calls that database: its `Documents-Epoch`.
    #[schema(example = "3q2-7w")]
    pub epoch: String,
    /// Its number in the feed.
    #[schema(example = 7)]
    pub seq: i64,
    /// What happened.
    pub kind: Kind,
    /// The file after it; of a deleted one its last version.
    pub file: FileVersion,
    /// When it happened, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// When it was copied, in Unix seconds.
    #[schema(example = 1_700_000_001)]
    pub copied_at: i64,
    /// How its content stands.
    pub content: ContentState,
    /// Why that is not here; `null` when it is.
    pub why: Option<String>,
}

impl Catalogue {
    /// The latest of these before this place, so many at most.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn page(&self, filter: &Filter, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, CatalogueError> {
        // a number of a file or of a user means something in one history alone: they are never mixed
        let select = "SELECT change.*, content.state, content.why, history.epoch FROM change \
                      JOIN content ON content.sha256 = change.sha256 JOIN history ON history.id = change.history \
                      WHERE change.id < ?1 AND change.history = coalesce(?8, CASE WHEN ?2 IS NULL AND ?3 IS NULL \
                          THEN change.history ELSE (SELECT history FROM following) END) AND (?2 IS NULL OR file_id = ?2) AND (?3 IS NULL OR user_id = ?3) \
                      AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at <= ?6) \
                      ORDER BY change.id DESC LIMIT ?7";
        let before = before.and_then(|place| i64::try_from(place).ok()).unwrap_or(i64::MAX);
        let rows = sqlx::query(select)
            .bind(before)
            .bind(filter.file)
            .bind(filter.user)
            .bind(filter.kind.map(Kind::as_str))
            .bind(filter.from)
            .bind(filter.to)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(filter.history)
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let (change, id): (_, i64) = (change(row)?, row.try_get("id")?);
                Ok(Entry {
                    id: id.unsigned_abs(),
                    history: row.try_get("history")?,
                    epoch: row.try_get("epoch")?,
                    seq: change.seq,
                    kind: change.kind,
                    file: change.file,
                    at: change.at,
                    copied_at: row.try_get("copied_at")?,
                    content: state(row)?,
                    why: row.try_get("why")?,
                })
            })
            .collect()
    }
}
