//! Why the database did not do what it was asked.

use chassis::ApiError;

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
    Unconfirmed(sqlx::Error),
    /// Its one row of the ledger is not there, and cannot be made.
    #[error("the database takes no row into its ledger")]
    NoLedger,
    /// It holds what we never write.
    #[error("the database holds something that is not ours: {0}")]
    Foreign(String),
}

/// What a client is told: 503, and whether anything was changed.
impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "a request failed");
        Self::unavailable(
            match error {
                StorageError::Unconfirmed(_) => {
                    "The database did not confirm the change: read whether it was made before you try again"
                }
                _ => "The database cannot be reached: nothing was changed",
            },
            1,
        )
    }
}
