//! Which history was followed when, and so which one a moment means.

use sqlx::Row;

use super::{Catalogue, CatalogueError};

/// A time in which one history was followed, in seconds of the API's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The history.
    pub history: i64,
    /// What the API calls its database.
    pub epoch: String,
    /// When it was first seen.
    pub since: i64,
    /// When it was last seen.
    pub until: i64,
}

/// One history, as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its number.
    pub id: i64,
    /// What the API calls its database.
    pub epoch: String,
    /// The last change that is copied of it.
    pub seq: i64,
    /// When it was first seen, and last.
    pub seen: Option<(i64, i64)>,
    /// Whether it goes on.
    pub goes_on: bool,
}

/// The histories that may have been the API's at this moment. One alone: that was it. Several: the API's database was
/// replaced somewhere around it, and nobody has seen when, or two clocks do not agree. None: there are no periods.
///
/// The periods are in the order in which they were followed. The last one goes on; before the first one there is nothing
/// else to go by.
pub fn in_force(periods: &[Period], moment: i64) -> Vec<i64> {
    let Some((last, earlier)) = periods.split_last() else { return Vec::new() };
    let within = |period: &&Period| (period.since..=period.until).contains(&moment);
    let mut found: Vec<i64> = earlier.iter().filter(within).map(|period| period.history).collect();
    if moment >= last.since {
        found.push(last.history);
    }
    if found.is_empty() {
        let before = earlier.iter().filter(|period| period.until < moment).max_by_key(|period| period.until);
        let after = periods.iter().filter(|period| period.since > moment).min_by_key(|period| period.since);
        let near = if before.is_none() { [periods.first(), None] } else { [before, after] };
        found.extend(near.into_iter().flatten().map(|period| period.history));
    }
    found.sort_unstable();
    found.dedup();
    found
}

impl Catalogue {
    /// All periods, in the order in which they were followed.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn periods(&self) -> Result<Vec<Period>, CatalogueError> {
        let select = "SELECT history, epoch, since, until FROM followed JOIN history ON history.id = history ORDER BY followed.id";
        let rows = sqlx::query(select).fetch_all(&self.pool).await?;
        let period = |row: &sqlx::sqlite::SqliteRow| {
            Ok(Period {
                history: row.try_get("history")?,
                epoch: row.try_get("epoch")?,
                since: row.try_get("since")?,
                until: row.try_get("until")?,
            })
        };
        rows.iter().map(period).collect()
    }

    /// All histories, in the order in which they began.
    ///
    /// # Errors
    /// When the catalogue cannot be used.
    pub async fn histories(&self) -> Result<Vec<Told>, CatalogueError> {
        let select = "SELECT history.id, epoch, seq, min(since) AS since, max(until) AS until, \
                      history.id IN (SELECT history FROM following) AS goes_on \
                      FROM history LEFT JOIN followed ON followed.history = history.id GROUP BY history.id ORDER BY history.id";
        let rows = sqlx::query(select).fetch_all(&self.pool).await?;
        let told = |row: &sqlx::sqlite::SqliteRow| {
            let (since, until): (Option<i64>, Option<i64>) = (row.try_get("since")?, row.try_get("until")?);
            Ok(Told {
                id: row.try_get("id")?,
                epoch: row.try_get("epoch")?,
                seq: row.try_get("seq")?,
                seen: since.zip(until),
                goes_on: row.try_get("goes_on")?,
            })
        };
        rows.iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(history: i64, since: i64, until: i64) -> Period {
        Period { history, epoch: "e".to_owned(), since, until }
    }

    #[test]
    fn a_moment_means_the_history_that_was_followed_then() {
        // one, another, and the first one again
        let all = [period(1, 100, 199), period(2, 200, 299), period(1, 300, 400)];
        for (moment, expected) in [(99, 1), (100, 1), (199, 1), (200, 2), (299, 2), (300, 1), (401, 1), (i64::MAX, 1)] {
            assert_eq!(in_force(&all, moment), [expected], "{moment}");
        }
        assert_eq!(in_force(&[], 1), [0; 0]);
        assert_eq!(in_force(&all[..1], 5), [1], "before the first look there is nothing else");
    }

    #[test]
    fn between_two_looks_either_may_be_meant_and_so_when_clocks_disagree() {
        let all = [period(1, 100, 150), period(2, 200, 300)];
        assert_eq!(in_force(&all, 150), [1]);
        assert_eq!(in_force(&all, 151), [1, 2]);
        assert_eq!(in_force(&all, 199), [1, 2]);
        assert_eq!(in_force(&all, 200), [2]);
        // the first API's clock was ahead
        let all = [period(1, 100, 5000), period(2, 200, 300)];
        assert_eq!(in_force(&all, 150), [1]);
        assert_eq!(in_force(&all, 250), [1, 2]);
        assert_eq!(in_force(&all, i64::MAX), [2], "now is always the one that goes on");
    }
}
