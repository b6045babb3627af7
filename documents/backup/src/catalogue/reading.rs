//! A catalogue that is read, and nothing in its folder touched: beside a service that runs, after one that was killed, and
//! on a medium that cannot be written.
//!
//! SQLite makes files of its own beside a database in WAL mode even to read it. So:
//!
//! | the folder | what is read |
//! |---|---|
//! | a service runs | the catalogue, read-only, through the WAL and the shared memory that the service has made |
//! | nobody writes, and there is no WAL | the catalogue, as what does not change; whoever wants to write waits meanwhile |
//! | nobody writes, and a WAL is left | a copy of both elsewhere: what is in the WAL alone counts too |
//!
//! A catalogue of an older schema is copied as well, and its copy brought up to date.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tempfile::TempDir;

use super::{Catalogue, CatalogueError, MIGRATIONS, PATIENCE};
use crate::folder::{Folder, Writer};

/// A catalogue that is read.
#[derive(Debug)]
pub struct Reading {
    catalogue: Catalogue,
    /// Keeps writers out for as long as this is here.
    _nobody_writes: Option<File>,
    /// Gone with this, too.
    _copy: Option<TempDir>,
}

impl Deref for Reading {
    type Target = Catalogue;

    fn deref(&self) -> &Catalogue {
        &self.catalogue
    }
}

impl Reading {
    /// The catalogue of this folder, in which nothing is made or changed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn of(folder: &Folder) -> Result<Self, CatalogueError> {
        let path = folder.catalogue();
        let reading = match folder.writer().map_err(CatalogueError::Copy)? {
            Writer::Runs => Self { catalogue: connect(&path, false).await?, _nobody_writes: None, _copy: None },
            Writer::None(nobody_writes) if !has_content(&log_of(&path))? => {
                Self { catalogue: connect(&path, true).await?, _nobody_writes: nobody_writes, _copy: None }
            }
            Writer::None(nobody_writes) => {
                let copy = tempfile::tempdir().map_err(CatalogueError::Copy)?;
                let other = copy.path().join("catalogue.db");
                for (from, to) in [(&path, &other), (&log_of(&path), &log_of(&other))] {
                    copy_bytes(from, to).map_err(CatalogueError::Copy)?;
                }
                // what is read from here on is ours alone
                drop(nobody_writes);
                let catalogue = Catalogue::connect(&other, false).await?;
                Self { catalogue, _nobody_writes: None, _copy: Some(copy) }
            }
        };
        if reading.is_up_to_date().await? { Ok(reading) } else { reading.brought_up_to_date().await }
    }

    /// Let it go: writers may come.
    pub async fn close(self) {
        self.catalogue.close().await;
    }

    async fn is_up_to_date(&self) -> Result<bool, CatalogueError> {
        let select = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')";
        if !sqlx::query_scalar::<_, bool>(select).fetch_one(&self.pool).await? {
            return Ok(false);
        }
        let select = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
        let version: i64 = sqlx::query_scalar(select).fetch_one(&self.pool).await?;
        Ok(MIGRATIONS.iter().all(|migration| migration.version <= version))
    }

    async fn brought_up_to_date(self) -> Result<Self, CatalogueError> {
        let copy = tempfile::tempdir().map_err(CatalogueError::Copy)?;
        let other = copy.path().join("present.db");
        sqlx::query("VACUUM INTO ?").bind(other.to_string_lossy().as_ref()).execute(&self.pool).await?;
        self.close().await;
        Ok(Self { catalogue: Catalogue::open(&other).await?, _nobody_writes: None, _copy: Some(copy) })
    }
}

async fn connect(path: &Path, nobody_writes: bool) -> Result<Catalogue, CatalogueError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(nobody_writes);
    let options = options.busy_timeout(PATIENCE);
    let pool: SqlitePool =
        SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_with(options).await?;
    Ok(Catalogue { pool })
}

/// Without the permissions, which may forbid to write.
fn copy_bytes(from: &Path, to: &Path) -> io::Result<()> {
    io::copy(&mut File::open(from)?, &mut File::create_new(to)?).map(drop)
}

fn log_of(catalogue: &Path) -> std::path::PathBuf {
    let mut path = catalogue.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}

fn has_content(log: &Path) -> Result<bool, CatalogueError> {
    match log.metadata() {
        Ok(found) => Ok(found.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(CatalogueError::Copy(error)),
    }
}
