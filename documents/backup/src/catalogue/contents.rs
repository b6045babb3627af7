//! How the contents stand.

use std::collections::HashSet;

use futures_util::TryStreamExt;
use sqlx::Row;
use values::Sha256;

use super::{Catalogue, CatalogueError, change, state};
use crate::model::{ContentState, FileVersion};

/// Versions of one content that are asked for, the latest first: of those before, the API is less likely to have it.
const PLACES: i64 = 3;

/// A content that some version has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Its checksum.
    pub sha256: Sha256,
    /// Its bytes.
    pub size: u64,
    /// How it stands, as far as the catalogue knows.
    pub state: ContentState,
}

/// How many contents are not well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unwell {
    /// The API had them no more.
    pub missing: i64,
    /// They are to be fetched anew.
    pub damaged: i64,
}

impl Catalogue {
    /// The contents that are to be fetched anew, though something may lie in their place.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn damaged(&self) -> Result<HashSet<Sha256>, CatalogueError> {
        let select = "SELECT sha256 FROM content WHERE state = 'damaged'";
        let sums: Vec<String> = sqlx::query_scalar(select).fetch_all(&self.pool).await?;
        sums.iter().map(|sum| sum.parse().map_err(|error: &str| CatalogueError::Foreign(error.to_owned()))).collect()
    }

    /// It was looked at, and stands so. One that is missing stays so unless it is here: it can be damaged only by having
    /// been here.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub async fn mark(&self, sha256: Sha256, now: ContentState) -> Result<(), CatalogueError> {
        let update = "UPDATE content SET state = ?2 WHERE sha256 = ?1 AND state <> ?2 \
                      AND (state <> 'missing' OR ?2 = 'here')";
        sqlx::query(update).bind(sha256.to_string()).bind(now.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    /// All contents, in the order of their checksums.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn contents(&self) -> Result<Vec<Content>, CatalogueError> {
        let rows = sqlx::query("SELECT sha256, size, state FROM content ORDER BY sha256").fetch(&self.pool);
        rows.map_err(CatalogueError::from)
            .and_then(async |row| {
                let (sum, size): (String, i64) = (row.try_get("sha256")?, row.try_get("size")?);
                let foreign = |what: &str| CatalogueError::Foreign(what.to_owned());
                let size = u64::try_from(size).map_err(|_| foreign("a size below zero"))?;
                Ok(Content { sha256: sum.parse().map_err(foreign)?, size, state: state(&row)? })
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

    /// The contents in this state, each with versions of this history that have it.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn to_mend(&self, wanted: ContentState, history: i64) -> Result<Vec<Vec<FileVersion>>, CatalogueError> {
        let select = "SELECT sha256 FROM content WHERE state = ?";
        let sums: Vec<String> = sqlx::query_scalar(select).bind(wanted.as_str()).fetch_all(&self.pool).await?;
        let mut all = Vec::with_capacity(sums.len());
        for sum in sums {
            let select = "SELECT * FROM change WHERE sha256 = ? AND history = ? AND kind <> 'deleted' \
                          ORDER BY seq DESC LIMIT ?";
            let rows = sqlx::query(select).bind(sum).bind(history).bind(PLACES).fetch_all(&self.pool).await?;
            let versions = rows.iter().map(|row| change(row).map(|change| change.file));
            all.push(versions.collect::<Result<_, _>>()?);
        }
        Ok(all)
    }
}
