//! The catalogue: every version of every file, in SQLite, and how far the feed is copied.
//!
//! A change and the position behind it are written in one transaction, after the content is safe in its place. So at any
//! moment, also after a crash, the position is not ahead of what is there.

mod append;
mod contents;
mod due;
mod histories;
mod page;
mod periods;
mod reading;
mod state_of;

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Row, SqlitePool};

pub use self::contents::{Content, Unwell};
pub use self::due::{Due, Tried};
pub use self::histories::{History, Known, Seen};
pub use self::page::{Entry, Filter};
pub use self::periods::{Period, Told, in_force};
pub use self::reading::Reading;
pub use self::state_of::Kept;
use crate::model::{Change, ContentState, FileVersion};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Another process may write, as `verify` does while the service runs: for milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Readers beside the one writer.
const CONNECTIONS: u32 = 4;

/// `SQLITE_FULL` and `SQLITE_IOERR` (<https://sqlite.org/rescode.html>), the lower byte of every code that is one.
const FULL: i32 = 13;
const IO: i32 = 10;

/// The catalogue of one folder. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pool: SqlitePool,
}

/// Why the catalogue did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It said no, or cannot be read or written.
    #[error("the catalogue cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// Its schema cannot be brought up to date.
    #[error("the catalogue cannot be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// It holds what we never write.
    #[error("the catalogue holds something that is not ours: {0}")]
    Foreign(String),
    /// A copy of it, which is to be read instead, cannot be made.
    #[error("the catalogue cannot be copied to be read: {0}")]
    Copy(std::io::Error),
    /// Somebody else has moved the position.
    #[error("somebody else writes into the catalogue")]
    Moved,
}

impl CatalogueError {
    /// Whether the disk is full, or fails.
    pub fn is_of_disk(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let code = error.code().and_then(|code| code.parse::<i32>().ok());
        code.is_some_and(|code| matches!(code & 0xff, FULL | IO))
    }
}

impl Catalogue {
    /// Open it for the one who copies: make it if need be, and bring its schema up to date.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn create(path: &Path) -> Result<Self, CatalogueError> {
        let catalogue = Self::connect(path, true).await?;
        MIGRATIONS.run(&catalogue.pool).await?;
        Ok(catalogue)
    }

    /// Open one that is there, to write into it.
    ///
    /// # Errors
    /// When it is not, or cannot be used.
    pub async fn open(path: &Path) -> Result<Self, CatalogueError> {
        let catalogue = Self::connect(path, false).await?;
        MIGRATIONS.run(&catalogue.pool).await?;
        Ok(catalogue)
    }

    async fn connect(path: &Path, create: bool) -> Result<Self, CatalogueError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            // readers go on during a write; a commit survives a power cut
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        Ok(Self { pool: pool.connect_with(options).await? })
    }

    /// Bring what is in the log into the file, and close it.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The columns of a change, as every query here selects them.
fn change(row: &SqliteRow) -> Result<Change, CatalogueError> {
    let foreign = |what: &str| CatalogueError::Foreign(what.to_owned());
    let (kind, sum): (String, String) = (row.try_get("kind")?, row.try_get("sha256")?);
    let size: i64 = row.try_get("size")?;
    Ok(Change {
        seq: row.try_get("seq")?,
        kind: kind.parse().map_err(foreign)?,
        file: FileVersion {
            id: row.try_get("file_id")?,
            user_id: row.try_get("user_id")?,
            name: row.try_get("name")?,
            version: row.try_get("version")?,
            sha256: sum.parse().map_err(foreign)?,
            size: u64::try_from(size).map_err(|_| foreign("a size below zero"))?,
        },
        at: row.try_get("at")?,
    })
}

/// The state of its content.
fn state(row: &SqliteRow) -> Result<ContentState, CatalogueError> {
    let state: String = row.try_get("state")?;
    state.parse().map_err(|error: &str| CatalogueError::Foreign(format!("{state} {error}")))
}

/// A size as SQLite has it. No file has 8 EiB.
fn stored(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
