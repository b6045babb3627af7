//! Who is logged in.

use sqlx::Row;

use super::{Database, StorageError, Turn, in_time};
use crate::model::Sha256;

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedIn {
    /// The user.
    pub user_id: i64,
    /// Whether it may do everything.
    pub admin: bool,
}

impl Database {
    /// Who has this token, if it is good now.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn session(&self, token: &str, now: i64) -> Result<Option<LoggedIn>, StorageError> {
        let select = "SELECT u.id, u.admin FROM session s JOIN \"user\" u ON u.id = s.user_id \
                      WHERE s.token = ? AND s.expires_at > ?";
        let statement = self.sql(select).bind(hashed(token)).bind(now);
        let row = in_time(async { Ok::<_, StorageError>(statement.fetch_optional(&self.pool).await?) }).await?;
        let read = |row: sqlx::any::AnyRow| {
            Ok(LoggedIn { user_id: row.try_get("id")?, admin: row.try_get::<i64, _>("admin")? == 1 })
        };
        row.map(read).transpose()
    }
}

impl Turn {
    /// Log a user in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn begin_session(&mut self, token: &str, user: i64, expires_at: i64) -> Result<(), StorageError> {
        let insert = self.sql("INSERT INTO session (token, user_id, expires_at) VALUES (?, ?, ?)");
        insert.bind(hashed(token)).bind(user).bind(expires_at).execute(self.connection()).await?;
        Ok(())
    }

    /// Log out whoever has this token.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_session(&mut self, token: &str) -> Result<(), StorageError> {
        self.sql("DELETE FROM session WHERE token = ?").bind(hashed(token)).execute(self.connection()).await?;
        Ok(())
    }

    /// Log a user out everywhere.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_sessions(&mut self, user: i64) -> Result<(), StorageError> {
        self.sql("DELETE FROM session WHERE user_id = ?").bind(user).execute(self.connection()).await?;
        Ok(())
    }

    /// Forget logins that have ended.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn forget_sessions(&mut self, now: i64) -> Result<(), StorageError> {
        self.sql("DELETE FROM session WHERE expires_at <= ?").bind(now).execute(self.connection()).await?;
        Ok(())
    }
}

/// A token has 256 random bits: no guesser needs slowing down, and a plain hash is enough.
fn hashed(token: &str) -> String {
    Sha256::of(token.as_bytes()).to_string()
}
