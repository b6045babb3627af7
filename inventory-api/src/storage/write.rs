//! Changes as SQL: what one commit writes.

use sqlx::AnyConnection;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use super::{Recorded, StorageError};
use crate::model::{Action, Server};

type AnyQuery<'q> = Query<'q, sqlx::Any, AnyArguments>;

/// Rows in one statement. A round trip to the database costs more than the row; past a hundred it hardly shows.
const ROWS: usize = 100;

const SERVER_COLUMNS: &str = "id, hostname, ip, status, tags, description, created_at, updated_at, version";
const CHANGE_COLUMNS: &str = "revision, server_id, at, actor, action, changes, server";

/// Write the servers as they are after the changes, and the changes themselves.
///
/// In the order in which they happened, so that a name is free again before another server takes it. New servers
/// that follow one another, as in an import, go together.
pub(super) async fn write(connection: &mut AnyConnection, changes: &[Recorded]) -> Result<(), StorageError> {
    let created = |recorded: &Recorded| recorded.change.action == Action::Created;
    for run in changes.chunk_by(|a, b| created(a) && created(b)) {
        match &run[0] {
            recorded if created(recorded) => {
                for rows in run.chunks(ROWS) {
                    insert_servers(connection, rows).await?;
                }
            }
            Recorded { after: Some(server), .. } => update_server(connection, server).await?,
            Recorded { change, after: None } => {
                let delete = sqlx::query("DELETE FROM server WHERE id = $1");
                delete.bind(change.server_id).execute(&mut *connection).await?;
            }
        }
    }
    for rows in changes.chunks(ROWS) {
        insert_changes(connection, rows).await?;
    }
    Ok(())
}

async fn insert_servers(connection: &mut AnyConnection, rows: &[Recorded]) -> Result<(), StorageError> {
    let statement = insert("server", SERVER_COLUMNS, rows.len());
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for server in rows.iter().filter_map(|row| row.after.as_ref()) {
        query = bind_decided(query.bind(server.id), server)?
            .bind(server.created_at)
            .bind(server.updated_at)
            .bind(server.version);
    }
    query.execute(connection).await?;
    Ok(())
}

async fn update_server(connection: &mut AnyConnection, server: &Server) -> Result<(), StorageError> {
    let update = "UPDATE server SET hostname = $1, ip = $2, status = $3, tags = $4, description = $5, \
                  updated_at = $6, version = $7 WHERE id = $8";
    let query = bind_decided(sqlx::query(update), server)?;
    query.bind(server.updated_at).bind(server.version).bind(server.id).execute(connection).await?;
    Ok(())
}

async fn insert_changes(connection: &mut AnyConnection, rows: &[Recorded]) -> Result<(), StorageError> {
    let statement = insert("server_change", CHANGE_COLUMNS, rows.len());
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for Recorded { change, after } in rows {
        query = query
            .bind(change.revision)
            .bind(change.server_id)
            .bind(change.at)
            .bind(change.actor.clone())
            .bind(change.action.as_str())
            .bind(serde_json::to_string(&change.changes)?)
            .bind(after.as_ref().map(serde_json::to_string).transpose()?);
    }
    query.execute(connection).await?;
    Ok(())
}

fn bind_decided<'q>(query: AnyQuery<'q>, server: &Server) -> Result<AnyQuery<'q>, StorageError> {
    Ok(query
        .bind(server.hostname.to_string())
        .bind(server.ip.to_string())
        .bind(server.status.as_str())
        .bind(serde_json::to_string(&server.tags)?)
        .bind(server.description.clone()))
}

/// `INSERT INTO table (columns) VALUES ($1, $2), ($3, $4)`, for so many rows. The names are ours, the values are
/// bound.
fn insert(table: &str, columns: &str, rows: usize) -> String {
    let width = columns.split(',').count();
    let row = |row: usize| {
        let places: Vec<_> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_value_has_a_place_of_its_own() {
        assert_eq!(super::insert("t", "a, b", 2), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)");
    }
}
