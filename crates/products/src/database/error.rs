//! Why the database did not do what it was asked.

use chassis::ApiError;
use sqlx::mysql::MySqlDatabaseError;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It said no, or cannot be reached.
    #[error("the database cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// Its schema cannot be brought up to date.
    #[error("the database cannot be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// It did not answer in time.
    #[error("the database did not answer in time")]
    TimedOut,
    /// The folder for its file cannot be made.
    #[error("the folder {0} cannot be made: {1}")]
    Folder(String, std::io::Error),
    /// It was asked to commit and did not confirm: what was written may be there or not.
    #[error("the database did not confirm a commit: {0}")]
    Unconfirmed(String),
    /// Another product was added under the same `Idempotency-Key`.
    #[error("another product was added under this Idempotency-Key")]
    OtherSubmission,
    /// It holds what we never write.
    #[error("the database holds something that is not ours: {0}")]
    Foreign(String),
}

impl StorageError {
    /// Whether the disk under the database has no room.
    fn is_full(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let Some(error) = error.as_database_error() else { return false };
        if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
            // ER_DISK_FULL, ER_RECORD_FILE_FULL
            return [1021, 1114].contains(&error.number());
        }
        // SQLITE_FULL, SQLITE_IOERR_SHMSIZE (no room for the index of what was written)
        ["13", "4874"].contains(&&*error.code().unwrap_or_default())
    }
}

/// What a client is told: 409 for a key that was used otherwise, 507 when the database has no room, 503 otherwise, and
/// whether anything was changed.
impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        if matches!(error, StorageError::OtherSubmission) {
            return Self::conflict("Another product was added under this Idempotency-Key: take a new key");
        }
        tracing::error!(%error, "a request failed");
        if error.is_full() {
            return Self::insufficient_storage("The database has no room left: nothing was changed");
        }
        Self::unavailable(
            match error {
                StorageError::Unconfirmed(_) => {
                    "The database did not confirm the change: look whether it was made, or send it again under its Idempotency-Key"
                }
                _ => "The database cannot be reached: nothing was changed",
            },
            1,
        )
    }
}
