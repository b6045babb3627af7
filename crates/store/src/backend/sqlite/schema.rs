//! The tables.

use rusqlite::{OptionalExtension, TransactionBehavior};

use super::super::BackendError;

/// The number of the present schema, kept in the file as its `user_version`.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE meta (
        epoch    TEXT NOT NULL,     -- tells this storage from any other
        revision INTEGER NOT NULL   -- how many transactions there were
    );
    CREATE TABLE document (
        collection TEXT NOT NULL,
        key        TEXT NOT NULL,
        version    INTEGER NOT NULL, -- the revision at which it was written
        json       TEXT NOT NULL,
        PRIMARY KEY (collection, key)
    ) WITHOUT ROWID;
    CREATE TABLE change (            -- the change log, which other processes follow
        revision INTEGER PRIMARY KEY,
        changes  TEXT NOT NULL
    );
    CREATE TABLE outbox (
        position INTEGER PRIMARY KEY,
        event    TEXT NOT NULL
    );
    CREATE TABLE log (
        name     TEXT NOT NULL,
        position INTEGER NOT NULL,
        entry    TEXT NOT NULL,
        PRIMARY KEY (name, position)
    ) WITHOUT ROWID;
    CREATE TABLE lease (
        name   TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        until  INTEGER NOT NULL      -- Unix seconds
    ) WITHOUT ROWID;
";

/// Make the tables if there are none; what the storage is called, `epoch` if it is new.
pub fn prepare(sqlite: &mut rusqlite::Connection, epoch: &str) -> Result<String, BackendError> {
    // at once for writing: two processes may start on the same new file
    let write = sqlite.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match write.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
        VERSION => {}
        0 => {
            let foreign = write.query_row("SELECT name FROM sqlite_schema LIMIT 1", [], |row| row.get(0)).optional()?;
            if let Some::<String>(table) = foreign {
                return Err(BackendError::Unusable(format!("it is another program's file: it has a table {table}")));
            }
            write.execute_batch(TABLES)?;
            write.execute("INSERT INTO meta (epoch, revision) VALUES (?1, 0)", [epoch])?;
            write.pragma_update(None, "user_version", VERSION)?;
        }
        newer => {
            let reason =
                format!("its schema has the number {newer}, and this program knows {VERSION}: update the program");
            return Err(BackendError::Unusable(reason));
        }
    }
    let epoch = write.query_row("SELECT epoch FROM meta", [], |row| row.get(0))?;
    write.commit()?;
    Ok(epoch)
}
