//! The storages. A service does not see which one it has.

mod memory;
mod redis;
mod sqlite;

use std::sync::Arc;

use chassis::ids::Ids;

use crate::snapshot::Unreadable;
use crate::transaction::{Change, Recorded, Transaction};
use crate::{LogEntry, OpenError, Pending, Schema, Snapshot, StoreError, StoreUrl};

/// Why a storage did not do what it was asked; for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackendError {
    #[error("it cannot be used: {0}")]
    Unreachable(String),
    /// In a sentence of our own.
    #[error("{0}")]
    Unusable(String),
    #[error("it did not confirm a commit: {0}")]
    Unconfirmed(String),
    #[error("other replicas write all the time")]
    Contended,
    #[error(
        "it holds less than it had acknowledged, or is another storage: restart the service to accept what it holds"
    )]
    Lost,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("{what} cannot be read: {why}")]
    Corrupt { what: String, why: serde_json::Error },
}

/// A position that no store reaches, and that every storage can count to.
const NEVER: u64 = i64::MAX as u64 / 2;

/// Entries or events that are read in one step at most.
const AT_MOST: usize = 1_000_000;

/// The end of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    Yes,
    /// The storage is at another revision.
    Behind,
}

/// What the change log says.
#[derive(Debug)]
pub(crate) enum Since {
    Nothing,
    /// The next ones, without a gap; there may be more.
    Changes(Vec<Recorded>),
    /// The log does not reach back so far, or cannot be relied upon: load everything.
    Reload,
    /// The storage is at an earlier revision, or another one.
    Lost,
}

/// The keeper's own way to the storage.
pub(crate) enum Backend {
    Memory(memory::Memory),
    Sqlite(sqlite::Sqlite),
    Redis(redis::Redis),
}

/// Everybody's way to what is not held in memory: logs, the outbox, leases.
#[derive(Clone)]
pub(crate) enum Shared {
    Memory(memory::Memory),
    Sqlite(sqlite::Side),
    Redis(redis::Side),
}

/// Open the storage, and make it ready when it is new.
pub(crate) async fn open(url: &StoreUrl, namespace: Arc<str>, ids: &dyn Ids) -> Result<(Backend, Shared), OpenError> {
    let refused = |error: BackendError| OpenError::new(url, &error);
    Ok(match url {
        StoreUrl::Memory => {
            let memory = memory::Memory::default();
            (Backend::Memory(memory.clone()), Shared::Memory(memory))
        }
        StoreUrl::Sqlite(path) => {
            let (main, side) = sqlite::open(path, ids).await.map_err(refused)?;
            (Backend::Sqlite(main), Shared::Sqlite(side))
        }
        StoreUrl::Redis(address) => {
            let (main, side) = redis::open(address, namespace, ids).await.map_err(refused)?;
            (Backend::Redis(main), Shared::Redis(side))
        }
    })
}

impl Backend {
    /// All documents, at one revision.
    pub async fn load(&mut self, schema: &Schema) -> Result<Snapshot, BackendError> {
        match self {
            Self::Memory(_) => Ok(Snapshot::empty(schema)),
            Self::Sqlite(sqlite) => sqlite.load(schema).await,
            Self::Redis(redis) => redis.load(schema).await,
        }
    }

    /// Commit these, at the revisions after `base`, if the storage is at `base`.
    pub async fn commit(&mut self, base: u64, transactions: &[Transaction]) -> Result<Committed, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.commit(base, transactions)),
            Self::Sqlite(sqlite) => sqlite.commit(base, transactions).await,
            Self::Redis(redis) => redis.commit(base, transactions).await,
        }
    }

    /// What was committed after this revision.
    pub async fn since(&mut self, revision: u64) -> Result<Since, BackendError> {
        match self {
            Self::Memory(_) => Ok(Since::Nothing),
            Self::Sqlite(sqlite) => sqlite.since(revision).await,
            Self::Redis(redis) => redis.since(revision).await,
        }
    }

    /// Wait until others may have committed something after this revision, or it is time to look.
    pub async fn others(&mut self, revision: u64) {
        match self {
            Self::Memory(_) => std::future::pending().await,
            Self::Sqlite(sqlite) => sqlite.others().await,
            Self::Redis(redis) => redis.others(revision).await,
        }
    }
}

impl Backend {
    /// Nothing more will be asked.
    pub async fn close(self) {
        if let Self::Sqlite(sqlite) = self {
            sqlite.close().await;
        }
    }
}

impl Shared {
    pub async fn log(&self, name: &str, before: Option<u64>, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        // the ends of the number line are not the same in every storage; both numbers may come from a client
        let (before, limit) = (before.filter(|before| *before <= NEVER), limit.min(AT_MOST));
        if limit == 0 || before == Some(0) {
            return Ok(Vec::new());
        }
        let entries = match self {
            Self::Memory(memory) => Ok(memory.log(name, before, limit)),
            Self::Sqlite(side) => side.log(name, before, limit).await,
            Self::Redis(side) => side.log(name, before, limit).await,
        };
        let parsed = entries.and_then(|entries| {
            let parse = |(position, entry): (u64, String)| {
                let corrupt =
                    |why| BackendError::Corrupt { what: format!("the entry {position} of the log {name:?}"), why };
                Ok(LogEntry { position, entry: serde_json::from_str(&entry).map_err(corrupt)? })
            };
            entries.into_iter().map(parse).collect()
        });
        parsed.map_err(|error| unreachable("read a log", &error))
    }

    pub async fn pending(&self, limit: usize) -> Result<Vec<Pending>, StoreError> {
        let limit = limit.min(AT_MOST);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let pending = match self {
            Self::Memory(memory) => Ok(memory.pending(limit)),
            Self::Sqlite(side) => side.pending(limit).await,
            Self::Redis(side) => side.pending(limit).await,
        };
        let pending = pending.map_err(|error| unreachable("read the outbox", &error))?;
        Ok(pending.into_iter().map(|(position, event)| Pending { position, event }).collect())
    }

    pub async fn count(&self) -> Result<u64, StoreError> {
        let count = match self {
            Self::Memory(memory) => Ok(memory.count()),
            Self::Sqlite(side) => side.count().await,
            Self::Redis(side) => side.count().await,
        };
        count.map_err(|error| unreachable("count the outbox", &error))
    }

    pub async fn sent(&self, upto: u64) -> Result<(), StoreError> {
        let upto = upto.min(NEVER);
        let sent = match self {
            Self::Memory(memory) => {
                memory.sent(upto);
                Ok(())
            }
            Self::Sqlite(side) => side.sent(upto).await,
            Self::Redis(side) => side.sent(upto).await,
        };
        sent.map_err(|error| unreachable("clear the outbox", &error))
    }

    pub async fn lease(&self, name: &str, holder: &str, seconds: u32) -> Result<bool, StoreError> {
        let held = match self {
            Self::Memory(memory) => Ok(memory.lease(name, holder, seconds)),
            Self::Sqlite(side) => side.lease(name, holder, seconds).await,
            Self::Redis(side) => side.lease(name, holder, seconds).await,
        };
        held.map_err(|error| unreachable("take a lease", &error))
    }
}

fn unreachable(what: &'static str, error: &BackendError) -> StoreError {
    tracing::warn!(%error, what, "the storage cannot be used");
    StoreError::Unreachable
}

/// What a transaction changed, as the change log has it.
fn recorded(revision: u64, changes: &str) -> Result<Recorded, BackendError> {
    let corrupt = |why| BackendError::Corrupt { what: format!("the change to revision {revision}"), why };
    let changes: Vec<Change<String>> = serde_json::from_str(changes).map_err(corrupt)?;
    Ok(Recorded { revision, changes })
}
