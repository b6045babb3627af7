//! Forward, one change after another.

use super::due::pause;
use super::histories::saw;
use super::{Catalogue, CatalogueError, History, stored};
use crate::model::{Came, ContentState, Copied};

impl Catalogue {
    /// These changes are copied, of a feed that was seen at that moment of the API's clock: write them and the new position,
    /// all or none of it.
    ///
    /// # Errors
    /// When the catalogue cannot be written: nothing has changed then.
    pub async fn append(
        &self,
        history: &mut History,
        changes: &[Copied],
        now: i64,
        seen: i64,
    ) -> Result<(), CatalogueError> {
        let mut writing = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut seq = history.seq;
        for Copied { change, came } in changes {
            let file = &change.file;
            let (state, why) = match came {
                Came::Here => (ContentState::Here, None),
                Came::Lacking(why) => (ContentState::Missing, Some(why.as_str())),
                Came::Deleted => (ContentState::Missing, Some("it was deleted before it was seen")),
            };
            // what is here stays here; what was missing may have come with another version
            let insert = "INSERT INTO content (sha256, size, state, why, next_at) VALUES (?, ?, ?, ?, ?) \
                          ON CONFLICT (sha256) DO UPDATE SET state = 'here', why = NULL, tries = 0, next_at = 0 \
                          WHERE excluded.state = 'here' AND content.state <> 'here'";
            sqlx::query(insert)
                .bind(file.sha256.to_string())
                .bind(stored(file.size))
                .bind(state.as_str())
                .bind(why)
                .bind(why.map_or(0, |_| now.saturating_add(pause(0))))
                .execute(&mut *writing)
                .await?;
            let insert = "INSERT INTO change \
                              (history, seq, kind, file_id, user_id, name, version, sha256, size, at, copied_at) \
                          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            sqlx::query(insert)
                .bind(history.id)
                .bind(change.seq)
                .bind(change.kind.as_str())
                .bind(file.id)
                .bind(file.user_id)
                .bind(file.name.as_str())
                .bind(file.version)
                .bind(file.sha256.to_string())
                .bind(stored(file.size))
                .bind(change.at)
                .bind(now)
                .execute(&mut *writing)
                .await?;
            seq = change.seq;
        }
        let update = "UPDATE history SET seq = ? WHERE id = ? AND seq = ?";
        let moved = sqlx::query(update).bind(seq).bind(history.id).bind(history.seq).execute(&mut *writing).await?;
        if moved.rows_affected() != 1 {
            return Err(CatalogueError::Moved);
        }
        saw(&mut writing, seen).await?;
        writing.commit().await?;
        history.seq = seq;
        Ok(())
    }
}
