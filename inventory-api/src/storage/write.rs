//! Changes as SQL: what one commit writes.
//!
//! A commit of one change is five statements, and each of them would be a trip to the database and back: to PostgreSQL
//! over the network, to SQLite from one thread to another, which costs as much as the disk. SQLite takes them all in
//! one go. PostgreSQL takes several only without values, so there each goes alone.

use std::fmt::Write;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Recorded, StorageError};
use crate::model::{Action, Server};

/// Rows in one statement. A round trip to the database costs more than the row; past a hundred it hardly shows.
const ROWS: usize = 100;

/// Statements that SQLite is given at once: far below the million bytes that it reads, and enough for any commit but a
/// large import.
const AT_ONCE: usize = 32;

/// Statements whose plan is kept for the next time: those of one change, and of servers that are added together. What
/// is longer is hardly ever the same again.
const KEPT: usize = 5;

const SERVER_COLUMNS: [&str; 9] =
    ["id", "hostname", "ip", "status", "tags", "description", "created_at", "updated_at", "version"];
const CHANGE_COLUMNS: [&str; 7] = ["revision", "server_id", "at", "actor", "action", "changes", "server"];

/// One statement: a `?` for each value.
pub(super) struct Statement {
    sql: String,
    values: Vec<Value>,
}

enum Value {
    Number(i64),
    Text(String),
    Nothing,
}

/// What ends a commit; whatever fails before it has changed nothing.
pub(super) const COMMIT: &str = "COMMIT";

impl Statement {
    fn new(sql: impl Into<String>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
    }

    pub(super) fn is_commit(&self) -> bool {
        self.sql == COMMIT
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The whole of a commit that moves the inventory from the revision `from` to that of the last change.
///
/// Compare and set: of two writers that know the same revision, the second one leaves no number in a place that must
/// not be empty, and is refused. A condition that finds no row would be no error, and the next statement would follow.
pub(super) fn commit(from: i64, next_id: i64, changes: &[Recorded]) -> Result<Vec<Statement>, StorageError> {
    let to = changes.last().map_or(from, |last| last.change.revision);
    let moved = "UPDATE inventory SET revision = CASE WHEN revision = ? THEN ? END, next_id = ?";
    let mut statements =
        vec![Statement::new("BEGIN", vec![]), Statement::new(moved, vec![from.into(), to.into(), next_id.into()])];
    statements.extend(records(changes)?);
    statements.push(Statement::new(COMMIT, vec![]));
    Ok(statements)
}

/// Whether this is the word of [`commit`] that somebody else was faster.
pub(super) fn is_behind(error: &StorageError) -> bool {
    let StorageError::Database(sqlx::Error::Database(error)) = error else { return false };
    error.kind() == sqlx::error::ErrorKind::NotNullViolation
}

/// The servers as they are after the changes, and the changes themselves.
///
/// In the order in which they happened, so that a name is free again before another server takes it. New servers
/// that follow one another, as in an import, go together.
pub(super) fn records(changes: &[Recorded]) -> Result<Vec<Statement>, StorageError> {
    let created = |recorded: &Recorded| recorded.change.action == Action::Created;
    let mut statements = Vec::new();
    for run in changes.chunk_by(|a, b| created(a) && created(b)) {
        match &run[0] {
            recorded if created(recorded) => {
                for rows in run.chunks(ROWS) {
                    statements.push(insert_servers(rows)?);
                }
            }
            Recorded { after: Some(server), .. } => statements.push(update_server(server)?),
            Recorded { change, after: None } => {
                statements.push(Statement::new("DELETE FROM server WHERE id = ?", vec![change.server_id.into()]));
            }
        }
    }
    for rows in changes.chunks(ROWS) {
        statements.push(insert_changes(rows)?);
    }
    Ok(statements)
}

/// How many of these statements go in one trip.
pub(super) const fn at_once(is_sqlite: bool) -> usize {
    if is_sqlite { AT_ONCE } else { 1 }
}

/// Run statements in one trip: for PostgreSQL, one statement.
pub(super) async fn run(connection: &mut AnyConnection, statements: &[Statement]) -> Result<(), StorageError> {
    let sql: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
    let mut query: Query<'_, sqlx::Any, AnyArguments> = sqlx::query(AssertSqlSafe(numbered(&sql.join("; "))));
    for value in statements.iter().flat_map(|statement| &statement.values) {
        query = match value {
            Value::Number(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.clone()),
            Value::Nothing => query.bind(None::<String>),
        };
    }
    query.persistent(statements.len() <= KEPT).execute(connection).await?;
    Ok(())
}

/// `$1`, `$2` for each `?`, as PostgreSQL wants them and SQLite takes them too. The texts are ours: no `?` means
/// anything else in them.
fn numbered(sql: &str) -> String {
    let mut parts = sql.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, number) in parts.zip(1..) {
        // writing to a String cannot fail
        let _ = write!(text, "${number}{part}");
    }
    text
}

fn insert_servers(rows: &[Recorded]) -> Result<Statement, StorageError> {
    let mut values = Vec::with_capacity(rows.len() * SERVER_COLUMNS.len());
    for server in rows.iter().filter_map(|row| row.after.as_ref()) {
        values.push(server.id.into());
        values.extend(decided(server)?);
        values.extend([server.created_at, server.updated_at, server.version].map(Value::from));
    }
    Ok(Statement::new(insert("server", &SERVER_COLUMNS, rows.len()), values))
}

fn update_server(server: &Server) -> Result<Statement, StorageError> {
    let update = "UPDATE server SET hostname = ?, ip = ?, status = ?, tags = ?, description = ?, \
                  updated_at = ?, version = ? WHERE id = ?";
    let mut values = Vec::from(decided(server)?);
    values.extend([server.updated_at, server.version, server.id].map(Value::from));
    Ok(Statement::new(update, values))
}

fn insert_changes(rows: &[Recorded]) -> Result<Statement, StorageError> {
    let mut values = Vec::with_capacity(rows.len() * CHANGE_COLUMNS.len());
    for Recorded { change, after } in rows {
        values.extend([change.revision, change.server_id, change.at].map(Value::from));
        values.push(change.actor.clone().into());
        values.push(change.action.as_str().to_owned().into());
        values.push(serde_json::to_string(&change.changes)?.into());
        values.push(match after {
            Some(server) => serde_json::to_string(server)?.into(),
            None => Value::Nothing,
        });
    }
    Ok(Statement::new(insert("server_change", &CHANGE_COLUMNS, rows.len()), values))
}

/// What people decide of a server, in the order of its columns.
fn decided(server: &Server) -> Result<[Value; 5], StorageError> {
    Ok([
        server.hostname.to_string().into(),
        server.ip.to_string().into(),
        server.status.as_str().to_owned().into(),
        serde_json::to_string(&server.tags)?.into(),
        server.description.clone().into(),
    ])
}

/// `INSERT INTO table (columns) VALUES (?, ?), (?, ?)`, for so many rows.
fn insert(table: &str, columns: &[&str], rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), vec![row; rows].join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_place_of_its_own() {
        assert_eq!(insert("t", &["a", "b"], 2), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)");
        assert_eq!(numbered("a = ?, b = ?; c = ?"), "a = $1, b = $2; c = $3");
        assert_eq!(numbered("COMMIT"), "COMMIT");
    }
}
