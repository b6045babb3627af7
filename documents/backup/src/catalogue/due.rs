//! What is not here, and when it is asked for again: each time after a longer pause, for as long as it takes.

use sqlx::Row;
use values::Sha256;

use super::contents::checksum;
use super::{Catalogue, CatalogueError, change, state};
use crate::model::{ContentState, FileVersion};

/// The first pause, and the longest, in seconds.
const FIRST_PAUSE: i64 = 5;
const LONGEST_PAUSE: i64 = 3600;

/// Versions of one content that are asked for, the latest first: of those before, the API is less likely to have it.
const PLACES: i64 = 3;

/// A content that is to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its checksum.
    pub sha256: Sha256,
    /// How it stands.
    pub state: ContentState,
    /// How often it was asked for.
    pub tries: i64,
    /// Versions of one history that have it.
    pub versions: Vec<FileVersion>,
}

/// A content that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its checksum.
    pub sha256: Sha256,
    /// Why it is still not here; none: it is.
    pub why: Option<String>,
}

/// Seconds to wait after so many tries in vain.
pub(super) fn pause(tries: i64) -> i64 {
    let doubled = 1_i64.checked_shl(u32::try_from(tries).unwrap_or(u32::MAX)).filter(|doubled| *doubled > 0);
    doubled.map_or(LONGEST_PAUSE, |doubled| doubled.saturating_mul(FIRST_PAUSE).min(LONGEST_PAUSE))
}

impl Catalogue {
    /// Contents that are due, so many at most, each with versions of this history that have it. A moment further away than
    /// any pause was written by a clock that was wrong: it is due.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn due(&self, history: i64, now: i64, limit: usize) -> Result<Vec<Due>, CatalogueError> {
        let select = "SELECT sha256, state, tries FROM content WHERE state <> 'here' AND (next_at <= ?1 OR next_at > ?2) \
                      ORDER BY next_at LIMIT ?3";
        let query = sqlx::query(select).bind(now).bind(now.saturating_add(LONGEST_PAUSE));
        let rows = query.bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(&self.pool).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let sha256 = checksum(&row)?;
            let select = "SELECT * FROM change WHERE sha256 = ? AND history = ? AND kind <> 'deleted' \
                          ORDER BY seq DESC LIMIT ?";
            let versions = sqlx::query(select).bind(sha256.to_string()).bind(history).bind(PLACES);
            let versions = versions.fetch_all(&self.pool).await?;
            let versions = versions.iter().map(|row| change(row).map(|change| change.file));
            let (state, tries) = (state(&row)?, row.try_get("tries")?);
            all.push(Due { sha256, state, tries, versions: versions.collect::<Result<_, _>>()? });
        }
        Ok(all)
    }

    /// What became of those that were asked for.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub async fn tried(&self, all: &[Tried], now: i64) -> Result<(), CatalogueError> {
        let mut writing = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for Tried { sha256, why } in all {
            let Some(why) = why else {
                let update = "UPDATE content SET state = 'here', why = NULL, tries = 0, next_at = 0 WHERE sha256 = ?";
                sqlx::query(update).bind(sha256.to_string()).execute(&mut *writing).await?;
                continue;
            };
            let select = "SELECT tries FROM content WHERE sha256 = ?";
            let tries: i64 = sqlx::query_scalar(select).bind(sha256.to_string()).fetch_one(&mut *writing).await?;
            let update = "UPDATE content SET why = ?, tries = ?, next_at = ? WHERE sha256 = ? AND state <> 'here'";
            let next = now.saturating_add(pause(tries));
            let query = sqlx::query(update).bind(why.as_str()).bind(tries.saturating_add(1)).bind(next);
            query.bind(sha256.to_string()).execute(&mut *writing).await?;
        }
        Ok(writing.commit().await?)
    }

    /// When the next one is due; none when all are here.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn next_due(&self, now: i64) -> Result<Option<i64>, CatalogueError> {
        let select = "SELECT min(CASE WHEN next_at > ?1 THEN 0 ELSE next_at END) FROM content WHERE state <> 'here'";
        Ok(sqlx::query_scalar(select).bind(now.saturating_add(LONGEST_PAUSE)).fetch_one(&self.pool).await?)
    }

    /// Let everything that is not here be due.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub async fn ask_again(&self) -> Result<(), CatalogueError> {
        let update = "UPDATE content SET next_at = 0 WHERE state <> 'here' AND next_at <> 0";
        sqlx::query(update).execute(&self.pool).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Seen;
    use crate::model::{Came, Change, Copied, Kind};

    #[tokio::test]
    async fn what_is_missing_is_due_after_its_pause_and_at_once_when_a_clock_was_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::create(&folder.path().join("catalogue.db")).await.unwrap();
        let mut history = catalogue.follow("e", Seen { before: None, now: 0 }).await.unwrap();
        let sha256 = Sha256::of(b"x");
        let file = FileVersion { id: 7, user_id: None, name: "x".to_owned(), version: 1, sha256, size: 1 };
        let change = Change { seq: 1, kind: Kind::Created, file: file.clone(), at: 0 };
        let copied = Copied { change, came: Came::Lacking("gone".to_owned()) };
        catalogue.append(&mut history, &[copied], 1000, 1000).await.unwrap();
        let due =
            async |now| catalogue.due(history.id, now, 10).await.unwrap().into_iter().map(|due| due.tries).collect();
        let none: Vec<i64> = Vec::new();
        assert_eq!((due(1004).await, due(1005).await), (none.clone(), vec![0]));
        assert_eq!(catalogue.due(history.id, 1005, 10).await.unwrap()[0].versions, [file]);
        // in vain, a day ahead: the clock was wrong, and is set right
        catalogue.tried(&[Tried { sha256, why: Some("still gone".to_owned()) }], 87_400).await.unwrap();
        assert_eq!((due(87_404).await, due(87_405).await, due(1006).await), (none.clone(), vec![1], vec![1]));
        assert_eq!(catalogue.next_due(1006).await.unwrap(), Some(0));
        catalogue.tried(&[Tried { sha256, why: Some("still gone".to_owned()) }], 2000).await.unwrap();
        assert_eq!((due(2009).await, due(2010).await), (none.clone(), vec![2]));
        assert_eq!(catalogue.contents().await.unwrap()[0].why.as_deref(), Some("still gone"));
        catalogue.tried(&[Tried { sha256, why: None }], 2010).await.unwrap();
        assert_eq!((due(i64::MAX).await, catalogue.next_due(2010).await.unwrap()), (none, None));
        assert_eq!(catalogue.contents().await.unwrap()[0].state, ContentState::Here);
    }

    #[test]
    fn the_pause_doubles_and_stays_within_an_hour() {
        let pauses: Vec<i64> = [0, 1, 2, 9, 10, 62, 63, 64, i64::MAX].map(pause).to_vec();
        assert_eq!(pauses, [5, 10, 20, 2560, 3600, 3600, 3600, 3600, 3600]);
    }
}
