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
    Unconfirmed(Box<StorageError>),
    /// It has another epoch than at the start: it was put back from a copy meanwhile.
    #[error("the database has another epoch than at the start, {0:?}: start the service anew")]
    Replaced(String),
    /// Its one row of the ledger is not there, and cannot be made.
    #[error("the database takes no row into its ledger")]
    NoLedger,
    /// It holds what we never write.
    #[error("the database holds something that is not ours: {0}")]
    Foreign(String),
}

impl StorageError {
    /// Whether the disk under the database has no room.
    fn is_full(&self) -> bool {
        let error = match self {
            Self::Unconfirmed(error) => return error.is_full(),
            Self::Database(error) => error,
            _ => return false,
        };
        let Some(error) = error.as_database_error() else { return false };
        if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
            // ER_DISK_FULL, ER_RECORD_FILE_FULL
            return [1021, 1114].contains(&error.number());
        }
        // SQLITE_FULL, SQLITE_IOERR_SHMSIZE (no room for the index of what was written), PostgreSQL's disk_full
        ["13", "4874", "53100"].contains(&&*error.code().unwrap_or_default())
    }
}

/// What a client is told: 507 when the database has no room, 503 otherwise, and whether anything was changed.
impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "a request failed");
        if error.is_full() {
            // a commit that finds no room is undone by the database
            return Self::insufficient_storage("The database has no room left: nothing was changed");
        }
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
