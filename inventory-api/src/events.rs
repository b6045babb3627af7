//! What the inventory tells others: that a server is down, and that it is so no more.
//!
//! The change log is the outbox. A change is in it from the very transaction that made the change, so nothing need be
//! written twice, and whatever happens between the commit and the broker, the relay finds it again: an event is made of
//! its change, always the same one, with an id that is the change's own.

use std::time::Duration;

use ::events::{Event, Outbox, OutboxError, Pending};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use crate::model::{Change, Status};
use crate::storage::ChangeLog;

/// Where these events come from.
pub const SOURCE: &str = "/inventory";
/// A server is down: it was added so, or its status became `down`.
pub const DOWN: &str = "inventory.server.down";
/// A server is down no more: its status became another, or it was deleted.
pub const UP: &str = "inventory.server.up";

/// How long the relay lets changes gather before it looks at them: a look costs a query, and under load there would be one
/// for each commit.
const GATHER: Duration = Duration::from_millis(20);

/// What an event says.
#[derive(Debug, Serialize)]
struct ServerChanged<'a> {
    id: i64,
    hostname: &'a Value,
    ip: &'a Value,
    /// `up`, `down`, `maintenance`, or `deleted`.
    status: &'a Value,
    /// When, in Unix seconds.
    at: i64,
    /// Who changed it, as in the history.
    who: &'a str,
}

/// The event that a change is, if it is one. `server` is the server after it as JSON; `Null` when it was deleted.
pub fn event_of(change: &Change, server: &Value, epoch: &str) -> Option<Event> {
    let status = change.changes.iter().find(|changed| changed.field == "status")?;
    let is_down = |status: &Value| status == Status::Down.as_str();
    let kind = match (is_down(&status.from), is_down(&status.to)) {
        (false, true) => DOWN,
        (true, false) => UP,
        // it was down before and is; or it was not, and is not
        _ => return None,
    };
    // of a deleted server, what it was
    let was = |field: &str| change.changes.iter().find(|changed| changed.field == field).map(|changed| &changed.from);
    let field = |field: &str| server.get(field).or_else(|| was(field)).unwrap_or(&Value::Null);
    let deleted = Value::from("deleted");
    let data = ServerChanged {
        id: change.server_id,
        hostname: field("hostname"),
        ip: field("ip"),
        status: server.get("status").unwrap_or(&deleted),
        at: change.at,
        who: &change.actor,
    };
    let id = format!("{epoch}-{}", change.revision);
    Some(Event::recorded(id, change.at, SOURCE, kind, change.server_id.to_string(), &data))
}

/// The change log, as a relay reads it. There is no lease: of several replicas each tells everything, and whoever listens
/// drops what comes twice. A lease would hold back what is told after the death of its holder until it has run out.
pub struct Changes {
    log: ChangeLog,
    /// Tells this database from any other: a part of each event's id.
    epoch: String,
    /// The revision that this replica knows of.
    revision: watch::Receiver<i64>,
    /// Up to this revision there is nothing left to tell; none until the database was asked.
    told: Option<i64>,
}

impl Changes {
    /// The changes in this log. `revision` is the last one that this replica knows, each time it is another.
    pub fn of(log: ChangeLog, epoch: String, revision: watch::Receiver<i64>) -> Self {
        Self { log, epoch, revision, told: None }
    }

    async fn told(&mut self) -> Result<i64, OutboxError> {
        match self.told {
            Some(told) => Ok(told),
            None => Ok(*self.told.insert(self.log.sent_to().await?)),
        }
    }
}

impl Outbox for Changes {
    async fn pending(&mut self, limit: usize) -> Result<Vec<Pending>, OutboxError> {
        loop {
            let told = self.told().await?;
            // before the query: what is committed while it runs is looked at the next time
            let known = *self.revision.borrow_and_update();
            let changes = self.log.to_or_from_down(told, limit).await?;
            let last = changes.last().map_or(told, |(change, _)| change.revision);
            let events = changes.iter().filter_map(|(change, server)| {
                let event = event_of(change, server, &self.epoch)?;
                Some(Pending { position: u64::try_from(change.revision).ok()?, event: Bytes::from(event.to_json()) })
            });
            let pending: Vec<_> = events.collect();
            if pending.is_empty() {
                // not written down: a restart looks at these again, which is cheaper than a commit for each of them
                self.told = Some(if changes.len() < limit { last.max(known) } else { last });
            }
            if !pending.is_empty() || changes.len() < limit {
                return Ok(pending);
            }
        }
    }

    async fn sent(&mut self, upto: u64) -> Result<(), OutboxError> {
        let upto = i64::try_from(upto)?;
        self.log.move_to(upto).await?;
        self.told = Some(upto);
        Ok(())
    }

    async fn count(&mut self) -> Result<u64, OutboxError> {
        let told = self.told().await?;
        Ok(self.log.count_to_or_from_down(told).await?)
    }

    async fn wait(&mut self) {
        if self.revision.changed().await.is_err() {
            // the ledger has ended, with its service
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GATHER).await;
    }
}

#[cfg(test)]
mod tests;
