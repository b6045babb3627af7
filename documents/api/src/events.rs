//! What is told to others: every change, as an event.
//!
//! The change feed is the outbox. A change is in it from the very transaction that made it, so nothing is written twice,
//! and whatever happens between the commit and the broker, the relay finds it again. An event is made of its change,
//! always the same one, with an id that is the change's own: who hears it twice can know it.

use std::time::Duration;

use ::events::{Event, Outbox, OutboxError, Pending};
use bytes::Bytes;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::database::{Database, Sight};
use crate::model::{Change, ChangedFile};

/// Where these events come from.
pub const SOURCE: &str = "/documents";

/// What every kind of event begins with; the end is `created`, `updated` or `deleted`.
pub const KIND: &str = "documents.file.";

/// How long changes gather before the relay looks at them: a look costs a query.
const GATHER: Duration = Duration::from_millis(20);

/// How often it looks without being told: for what another instance has left behind that is gone.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What an event says: the payload of the notifications.
#[derive(Debug, Serialize)]
struct FileChanged<'a> {
    seq: i64,
    file: &'a ChangedFile,
    at: i64,
}

/// The event that a change is.
pub fn event_of(change: &Change, epoch: &str) -> Event {
    let data = FileChanged { seq: change.seq, file: &change.file, at: change.at };
    let (id, kind) = (format!("{epoch}-{}", change.seq), format!("{KIND}{}", change.kind.as_str()));
    Event::recorded(id, change.at, SOURCE, &kind, change.file.id.to_string(), &data)
}

/// The change feed, as a relay reads it. There is no lease: of several instances each tells everything, and whoever
/// listens drops what comes twice. A lease would hold back what is told after the death of its holder.
pub struct Changes {
    database: Database,
    changed: watch::Receiver<i64>,
    /// Up to this change there is nothing left to tell; none until the database was asked.
    told: Option<i64>,
}

impl Changes {
    /// The changes in this database.
    pub fn of(database: Database) -> Self {
        Self { changed: database.changed(), database, told: None }
    }

    async fn told(&mut self) -> Result<i64, OutboxError> {
        match self.told {
            Some(told) => Ok(told),
            None => Ok(*self.told.insert(self.database.sent_to().await?)),
        }
    }
}

impl Outbox for Changes {
    async fn pending(&mut self, limit: usize) -> Result<Vec<Pending>, OutboxError> {
        let told = self.told().await?;
        // before the query: what is committed while it runs is looked at the next time
        self.changed.borrow_and_update();
        let changes = self.database.changes(told, limit, Sight::All).await?;
        let event = |change: &Change| Bytes::from(event_of(change, self.database.epoch()).to_json());
        let pending = |change: &Change| Ok(Pending { position: u64::try_from(change.seq)?, event: event(change) });
        changes.iter().map(pending).collect()
    }

    async fn sent(&mut self, upto: u64) -> Result<(), OutboxError> {
        let upto = i64::try_from(upto)?;
        self.database.told(upto).await?;
        self.told = Some(upto);
        Ok(())
    }

    async fn count(&mut self) -> Result<u64, OutboxError> {
        let told = self.told().await?;
        Ok(u64::try_from(self.database.last_change().await? - told)?)
    }

    async fn wait(&mut self) {
        match timeout(LOOK_EVERY, self.changed.changed()).await {
            Ok(Ok(())) => sleep(GATHER).await,
            // ended, with its service
            Ok(Err(_)) => std::future::pending().await,
            Err(_) => {}
        }
    }
}
