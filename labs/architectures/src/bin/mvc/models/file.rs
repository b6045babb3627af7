//! A file, as its row in the database.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{ModelError, Upload};

/// A document.
#[derive(Debug, Clone)]
pub struct File {
    /// Its number.
    pub id: i64,
    /// As its owner calls it.
    pub name: String,
    /// Counts its contents, from 1.
    pub version: i64,
    /// Checksum of the content, in hexadecimal.
    pub sha256: String,
    /// Bytes of the content.
    pub size: i64,
}

const COLUMNS: &str = "SELECT id, name, version, sha256, size FROM file";

impl File {
    /// Make the table, if there is none.
    pub fn prepare(database: &Connection) -> Result<(), ModelError> {
        Ok(database.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS file (
                 id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
                 sha256 TEXT NOT NULL, size INTEGER NOT NULL
             )",
        )?)
    }

    /// The file with this number.
    pub fn find(database: &Connection, id: i64) -> Result<Self, ModelError> {
        let found = database.query_row(&format!("{COLUMNS} WHERE id = ?1"), [id], Self::of).optional()?;
        found.ok_or(ModelError::NotFound)
    }

    /// All files, by number.
    pub fn all(database: &Connection) -> Result<Vec<Self>, ModelError> {
        let mut statement = database.prepare_cached(&format!("{COLUMNS} ORDER BY id"))?;
        Ok(statement.query_map([], Self::of)?.collect::<rusqlite::Result<_>>()?)
    }

    /// A new one of this upload.
    pub fn insert(database: &Connection, upload: &Upload) -> Result<Self, ModelError> {
        let insert = "INSERT INTO file (name, version, sha256, size) VALUES (?1, 1, ?2, ?3)";
        database.execute(insert, params![upload.name, upload.sha256, upload.size])?;
        Self::find(database, database.last_insert_rowid())
    }

    /// Its next version, of this upload.
    pub fn update(&self, database: &Connection, upload: &Upload) -> Result<Self, ModelError> {
        let update = "UPDATE file SET name = ?2, version = version + 1, sha256 = ?3, size = ?4 WHERE id = ?1";
        database.execute(update, params![self.id, upload.name, upload.sha256, upload.size])?;
        Self::find(database, self.id)
    }

    /// Take it from the list.
    pub fn delete(&self, database: &Connection) -> Result<(), ModelError> {
        database.execute("DELETE FROM file WHERE id = ?1", [self.id])?;
        Ok(())
    }

    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (id, name, version) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Self { id, name, version, sha256: row.get(3)?, size: row.get(4)? })
    }
}
