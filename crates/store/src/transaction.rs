//! What a closure left, as the storage gets it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Events, and entries of one log, that one closure may leave.
pub const PER_TRANSACTION: usize = 1000;

/// Everything that one closure changes. It is committed as a whole, at a revision of its own.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    /// Documents by collection and key; `None` deletes.
    pub documents: BTreeMap<(&'static str, String), Option<Box<RawValue>>>,
    /// CloudEvents, as JSON.
    pub events: Vec<String>,
    /// Entries of logs, as JSON, each with its log's name.
    pub entries: Vec<(&'static str, String)>,
}

impl Transaction {
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.events.is_empty() && self.entries.is_empty()
    }

    pub fn is_too_large(&self) -> bool {
        self.events.len() > PER_TRANSACTION || self.entries.len() > PER_TRANSACTION
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
