//! Forward, one change after another.

use super::{Catalogue, CatalogueError, History, stored};
use crate::model::{Change, ContentState};

impl Catalogue {
    /// These changes are copied: write them and the new position, all or none of it. Each comes with what became of its
    /// content; none is a deletion, which has none.
    ///
    /// # Errors
    /// When the catalogue cannot be written: nothing has changed then.
    pub async fn append(
        &self,
        history: &mut History,
        changes: &[(Change, Option<ContentState>)],
        now: i64,
    ) -> Result<(), CatalogueError> {
        let mut writing = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut seq = history.seq;
        for (change, state) in changes {
            let file = &change.file;
            // what is here stays here; what was missing may have come with another version
            let insert = "INSERT INTO content (sha256, size, state) VALUES (?, ?, ?) \
                          ON CONFLICT (sha256) DO UPDATE SET state = 'here' WHERE excluded.state = 'here'";
            sqlx::query(insert)
                .bind(file.sha256.to_string())
                .bind(stored(file.size))
                .bind(state.unwrap_or(ContentState::Missing).as_str())
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
        writing.commit().await?;
        history.seq = seq;
        Ok(())
    }
}
