//! What a closure left, as the storage gets it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Events, and entries of logs, that one closure may leave.
pub const PER_TRANSACTION: usize = 1000;

/// Documents that one closure may put and delete: Redis takes about a million words in one command, and serves nobody
/// else meanwhile.
pub const DOCUMENTS_PER_TRANSACTION: usize = 100_000;

/// Everything that one closure changes. It is committed as a whole, at a revision of its own.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    /// Documents by collection and key; `None` deletes.
    pub documents: BTreeMap<(&'static str, String), Option<Box<RawValue>>>,
    /// `CloudEvents`, as JSON.
    pub events: Vec<String>,
    /// Entries of logs, as JSON, each with its log's name.
    pub entries: Vec<(&'static str, String)>,
}

impl Transaction {
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.events.is_empty() && self.entries.is_empty()
    }

    pub fn is_too_large(&self) -> bool {
        self.events.len() > PER_TRANSACTION
            || self.entries.len() > PER_TRANSACTION
            || self.documents.len() > DOCUMENTS_PER_TRANSACTION
    }

    /// How many rows it writes, beside its entry in the change log.
    pub fn rows(&self) -> usize {
        self.documents.len() + self.events.len() + self.entries.len()
    }

    /// Its entry in the change log: a JSON array.
    pub fn changes(&self) -> String {
        let changes = self.documents.iter().map(|((collection, key), document)| Change {
            collection: *collection,
            key: key.as_str(),
            document: document.clone(),
        });
        serde_json::to_string(&changes.collect::<Vec<_>>()).expect("a change is plain data")
    }
}

/// The rows that a batch of transactions writes, each at its revision; the same in every storage.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The revision after the last of them.
    pub revision: u64,
    /// Collection, key, version and JSON, or none when it is deleted: of each document what the last transaction made of it.
    pub documents: Vec<(&'static str, String, u64, Option<String>)>,
    /// The change log: revision and changes.
    pub changes: Vec<(u64, String)>,
    /// The outbox: position and event.
    pub events: Vec<(u64, String)>,
    /// Logs: name, position and entry.
    pub entries: Vec<(&'static str, u64, String)>,
}

impl Rows {
    pub fn of(base: u64, transactions: &[Transaction]) -> Self {
        let mut rows = Self { revision: base + transactions.len() as u64, ..Self::default() };
        let mut last = BTreeMap::new();
        for (revision, transaction) in (base + 1..).zip(transactions) {
            rows.changes.push((revision, transaction.changes()));
            for (name, document) in &transaction.documents {
                last.insert(name, (revision, document));
            }
            for (number, event) in transaction.events.iter().enumerate() {
                rows.events.push((position(revision, number), event.clone()));
            }
            for (number, (log, entry)) in transaction.entries.iter().enumerate() {
                rows.entries.push((log, position(revision, number), entry.clone()));
            }
        }
        rows.documents = last
            .into_iter()
            .map(|((collection, key), (revision, document))| {
                (*collection, key.clone(), revision, document.as_ref().map(|json| json.get().to_owned()))
            })
            .collect();
        rows
    }
}

/// One document in the change log.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Change<S> {
    pub collection: S,
    pub key: S,
    /// None: it was deleted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub document: Option<Box<RawValue>>,
}

/// What a transaction changed, read back from the change log.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub revision: u64,
    pub changes: Vec<Change<String>>,
}

/// The position of the `number`-th event or entry of the transaction at `revision`: grows with both.
pub(crate) fn position(revision: u64, number: usize) -> u64 {
    revision * PER_TRANSACTION as u64 + number as u64
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// Where it stands: unique in its log, and growing.
    pub position: u64,
    /// What was appended.
    pub entry: serde_json::Value,
}
