//! Redis: one hash for each collection, streams for what only grows, one script for a commit.
//!
//! Several replicas share one Redis, so everything in which they must agree is decided there: the script compares the
//! revision and writes, and nothing comes between. The reply comes after the sync when the server has `appendonly yes`
//! and `appendfsync always`; at any other setting a power cut may cost what was acknowledged, and the log says so at the
//! start.

mod keys;
mod link;
mod news;
mod side;

use std::sync::{Arc, LazyLock};

use chassis::ids::Ids;
use redis::Script;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{BackendError, Committed, Since};
use crate::transaction::{Rows, Transaction};
use crate::{Schema, Snapshot};
use keys::Keys;
use link::{Fault, Link, Run};
use news::News;
pub(crate) use side::Side;

/// Transactions that the change log keeps, about. Whoever is further behind loads everything.
const CHANGES_KEPT: u64 = 10_000;

/// Changes and documents that are read in one step: few enough that also large ones come before the time-out.
const AT_ONCE: usize = 500;

static COMMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/commit.lua")));

/// The keeper's way to Redis.
pub(crate) struct Redis {
    link: Link,
    keys: Keys,
    news: News,
    /// What this storage was called when it was opened.
    epoch: String,
    /// The start of the server from which all that we know comes.
    run: Run,
}

/// Where the storage is.
struct Now {
    epoch: String,
    revision: u64,
    run: Run,
}

/// A document as it lies in its hash.
#[derive(Deserialize)]
struct Kept<'a> {
    version: u64,
    #[serde(borrow)]
    document: &'a RawValue,
}

pub(crate) async fn open(address: &str, namespace: Arc<str>, ids: &dyn Ids) -> Result<(Redis, Side), BackendError> {
    let link = Link::new(address)?;
    let keys = Keys::of(namespace);
    let mut begin = redis::pipe();
    begin.atomic();
    begin.hset_nx(keys.meta(), "epoch", ids.secret()).ignore();
    begin.hset_nx(keys.meta(), "revision", 0).ignore();
    begin.hget(keys.meta(), "epoch");
    let ((epoch,), run): ((String,), Run) = link.ask_run(&begin).await.map_err(Fault::before_a_commit)?;
    link.warn_of_weak_durability().await;
    let news = News::listen(address, keys.news())?;
    let side = Side::new(Link::new(address)?, keys.clone());
    Ok((Redis { link, keys, news, epoch, run }, side))
}

impl Redis {
    pub async fn load(&mut self, schema: &Schema) -> Result<Snapshot, BackendError> {
        'anew: loop {
            let mut snapshot = Snapshot::empty(schema);
            let now = self.now().await?;
            snapshot.revision = now.revision;
            for shelf in &schema.shelves {
                self.scan(shelf.collection(), &mut snapshot).await?;
            }
            // what was read may be of different moments: the changes since the first bring all of it to one
            loop {
                match self.changes(&now.run, snapshot.revision).await? {
                    Since::Nothing => {
                        self.run = now.run;
                        return Ok(snapshot);
                    }
                    Since::Changes(changes) => {
                        changes.iter().try_for_each(|recorded| snapshot.follow(recorded))?;
                    }
                    Since::Reload => continue 'anew,
                    Since::Lost => return Err(BackendError::Lost),
                }
            }
        }
    }

    /// Put all documents of a collection into the snapshot.
    async fn scan(&self, collection: &'static str, snapshot: &mut Snapshot) -> Result<(), BackendError> {
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("HSCAN");
            scan.arg(self.keys.documents(collection)).arg(cursor).arg("COUNT").arg(AT_ONCE);
            let (next, found): (u64, Vec<(String, String)>) =
                self.link.ask(&scan).await.map_err(Fault::before_a_commit)?;
            for (key, kept) in &found {
                let corrupt =
                    |why| BackendError::Corrupt { what: format!("the document {key:?} in {collection:?}"), why };
                let kept: Kept<'_> = serde_json::from_str(kept).map_err(corrupt)?;
                snapshot.take_over(collection, key, kept.version, Some(kept.document.get()))?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    pub async fn commit(&mut self, base: u64, transactions: &[Transaction]) -> Result<Committed, BackendError> {
        let rows = Rows::of(base, transactions);
        let mut commit = keys::Writes::new(self.keys.clone());
        for (collection, key, version, json) in &rows.documents {
            match json {
                Some(json) => commit.put(collection, key, &format!(r#"{{"version":{version},"document":{json}}}"#)),
                None => commit.delete(collection, key),
            }
        }
        for (revision, changes) in &rows.changes {
            commit.record(*revision, changes, CHANGES_KEPT);
        }
        for (position, event) in &rows.events {
            commit.append(self.keys.outbox(), *position, "event", event);
        }
        for (log, position, entry) in &rows.entries {
            commit.append(self.keys.log(log), *position, "entry", entry);
        }
        let mut call = COMMIT.prepare_invoke();
        call.key(self.keys.meta());
        for key in commit.keys() {
            call.key(key);
        }
        call.arg(&self.epoch).arg(base).arg(rows.revision).arg(self.keys.news()).arg(commit.hashes());
        for argument in commit.arguments() {
            call.arg(argument);
        }
        let (mut connection, run) = self.link.connection().await.map_err(Fault::before_a_commit)?;
        if run != self.run {
            return Ok(Committed::Behind);
        }
        let answered = call.invoke_async::<bool>(&mut connection).await;
        let written = self.link.judge(answered).await.map_err(Fault::of_a_commit)?;
        Ok(if written { Committed::Yes } else { Committed::Behind })
    }

    pub async fn since(&mut self, revision: u64) -> Result<Since, BackendError> {
        self.changes(&self.run, revision).await
    }

    /// What was committed after this revision, as far as it is known from this run of the server.
    async fn changes(&self, run: &Run, revision: u64) -> Result<Since, BackendError> {
        let now = self.now().await?;
        if now.epoch != self.epoch || now.revision < revision {
            return Ok(Since::Lost);
        }
        if now.run != *run {
            // a server that crashed may have lost what we know, and others may have written as much since
            return Ok(Since::Reload);
        }
        if now.revision == revision {
            return Ok(Since::Nothing);
        }
        let mut read = redis::cmd("XRANGE");
        read.arg(self.keys.changes()).arg(format!("({revision}-0")).arg("+").arg("COUNT").arg(AT_ONCE);
        let changes: Vec<(String, Vec<String>)> = self.link.ask(&read).await.map_err(Fault::before_a_commit)?;
        let mut recorded = Vec::with_capacity(changes.len());
        for (id, fields) in &changes {
            let revision = id.split_once('-').and_then(|(revision, _)| revision.parse().ok());
            let (Some(revision), Some(changes)) = (revision, fields.get(1)) else { return Ok(Since::Lost) };
            recorded.push(super::recorded(revision, changes)?);
        }
        let follows = recorded.first().is_some_and(|first| first.revision == revision + 1);
        Ok(if follows { Since::Changes(recorded) } else { Since::Reload })
    }

    pub async fn others(&mut self, revision: u64) {
        self.news.beyond(revision).await;
    }

    /// What the storage is called, and its revision; when it was emptied, a name that is nobody's and 0.
    async fn now(&self) -> Result<Now, BackendError> {
        let mut read = redis::cmd("HMGET");
        read.arg(self.keys.meta()).arg("epoch").arg("revision");
        let ((epoch, revision), run): ((Option<String>, Option<u64>), Run) =
            self.link.ask_run(&read).await.map_err(Fault::before_a_commit)?;
        Ok(Now { epoch: epoch.unwrap_or_default(), revision: revision.unwrap_or_default(), run })
    }
}
