//! How the contents stand.

use std::collections::HashSet;

use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use values::Sha256;

use super::{Catalogue, CatalogueError, state};
use crate::model::ContentState;

/// A content that some version has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its checksum.
    pub sha256: Sha256,
    /// Its bytes.
    pub size: u64,
    /// How it stands, as far as the catalogue knows.
    pub state: ContentState,
    /// Why it is not here, if it is not.
    pub why: Option<String>,
}

/// How many contents are not well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unwell {
    /// The API did not give them.
    pub missing: i64,
    /// They are to be fetched anew.
    pub damaged: i64,
}

impl Catalogue {
    /// Those of these contents that are to be fetched anew, though something may lie in their place.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn damaged(&self, among: impl Iterator<Item = Sha256>) -> Result<HashSet<Sha256>, CatalogueError> {
        let among: Vec<String> = among.map(|sum| sum.to_string()).collect();
        let among = serde_json::to_string(&among).map_err(|error| CatalogueError::Foreign(error.to_string()))?;
        // the list first: there are few of them, whatever is damaged
        let select = "SELECT content.sha256 FROM json_each(?) AS asked CROSS JOIN content \
                      ON content.sha256 = asked.value WHERE content.state = 'damaged'";
        let rows = sqlx::query(select).bind(among).fetch_all(&self.pool).await?;
        rows.iter().map(checksum).collect()
    }

    /// It was looked at, and stands so. One that is missing stays so unless it is here: it can be damaged only by having
    /// been here.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub async fn mark(&self, sha256: Sha256, now: ContentState, why: Option<&str>) -> Result<(), CatalogueError> {
        let update = "UPDATE content SET state = ?2, why = ?3, tries = 0, next_at = 0 \
                      WHERE sha256 = ?1 AND state <> ?2 AND (state <> 'missing' OR ?2 = 'here')";
        sqlx::query(update).bind(sha256.to_string()).bind(now.as_str()).bind(why).execute(&self.pool).await?;
        Ok(())
    }

    /// All contents, in the order of their checksums.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn contents(&self) -> Result<Vec<Content>, CatalogueError> {
        let rows = sqlx::query("SELECT sha256, size, state, why FROM content ORDER BY sha256").fetch(&self.pool);
        rows.map_err(CatalogueError::from)
            .and_then(async |row| {
                let size: i64 = row.try_get("size")?;
                let size = u64::try_from(size).map_err(|_| CatalogueError::Foreign("a size below zero".to_owned()))?;
                Ok(Content { sha256: checksum(&row)?, size, state: state(&row)?, why: row.try_get("why")? })
            })
            .try_collect()
            .await
    }

    /// How many are not well.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn unwell(&self) -> Result<Unwell, CatalogueError> {
        let select = "SELECT coalesce(sum(state = 'missing'), 0) AS missing, coalesce(sum(state = 'damaged'), 0) AS damaged \
                      FROM content WHERE state <> 'here'";
        let row = sqlx::query(select).fetch_one(&self.pool).await?;
        Ok(Unwell { missing: row.try_get("missing")?, damaged: row.try_get("damaged")? })
    }
}

pub(super) fn checksum(row: &SqliteRow) -> Result<Sha256, CatalogueError> {
    let sum: String = row.try_get("sha256")?;
    sum.parse().map_err(|error: &str| CatalogueError::Foreign(error.to_owned()))
}
