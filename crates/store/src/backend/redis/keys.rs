//! The names of the keys, and what is written to them.

use std::sync::Arc;

use crate::transaction::PER_TRANSACTION;

/// The keys of one namespace. They are written without a hash tag: the script needs them all on one server, and a
/// cluster would not make one small service any faster.
#[derive(Clone)]
pub struct Keys {
    namespace: Arc<str>,
}

impl Keys {
    pub fn of(namespace: impl Into<Arc<str>>) -> Self {
        Self { namespace: namespace.into() }
    }

    fn key(&self, rest: &str) -> String {
        format!("{}:{rest}", self.namespace)
    }

    /// Hash: `epoch`, which tells this storage from any other, and `revision`.
    pub fn meta(&self) -> String {
        self.key("meta")
    }

    /// Hash: a document's key, and `{"version":…,"document":…}`.
    pub fn documents(&self, collection: &str) -> String {
        self.key(&format!("documents:{collection}"))
    }

    /// Stream: the change log; an entry's id is `<revision>-0`.
    pub fn changes(&self) -> String {
        self.key("changes")
    }

    /// Stream: events that wait to be sent on.
    pub fn outbox(&self) -> String {
        self.key("outbox")
    }

    /// Stream: what only grows.
    pub fn log(&self, name: &str) -> String {
        self.key(&format!("log:{name}"))
    }

    /// String with an expiry: who may do what only one replica may do.
    pub fn lease(&self, name: &str) -> String {
        self.key(&format!("lease:{name}"))
    }

    /// Channel: each new revision. Unlike keys, a channel is the same in every database of a server.
    pub fn news(&self) -> String {
        self.key("news")
    }
}

/// The id of a stream's entry at this position.
pub fn id(position: u64) -> String {
    let per = PER_TRANSACTION as u64;
    format!("{}-{}", position / per, position % per)
}

/// The position of the entry with this id.
pub fn position(id: &str) -> Option<u64> {
    let (revision, number) = id.split_once('-')?;
    Some(revision.parse::<u64>().ok()? * PER_TRANSACTION as u64 + number.parse::<u64>().ok()?)
}

/// What a commit writes, as `commit.lua` reads it.
pub struct Writes {
    names: Keys,
    keys: Vec<String>,
    /// How many of the keys are hashes; they come first.
    hashes: usize,
    arguments: Vec<String>,
}

/// Put or delete documents, then append: the hashes stand before the streams.
impl Writes {
    pub fn new(names: Keys) -> Self {
        Self { names, keys: Vec::new(), hashes: 0, arguments: Vec::new() }
    }

    pub fn put(&mut self, collection: &str, key: &str, value: &str) {
        self.push("put", self.names.documents(collection), &[key, value]);
        self.hashes = self.keys.len();
    }

    pub fn delete(&mut self, collection: &str, key: &str) {
        self.push("delete", self.names.documents(collection), &[key]);
        self.hashes = self.keys.len();
    }

    pub fn append(&mut self, stream: String, position: u64, field: &str, value: &str) {
        self.push("append", stream, &[&id(position), field, value]);
    }

    pub fn record(&mut self, revision: u64, changes: &str, kept: u64) {
        let (id, kept) = (format!("{revision}-0"), kept.to_string());
        self.push("record", self.names.changes(), &[&id, "changes", changes, &kept]);
    }

    /// Behind the first key, which is `meta`.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// How many of those are hashes.
    pub fn hashes(&self) -> usize {
        self.hashes
    }

    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    fn push(&mut self, command: &str, key: String, rest: &[&str]) {
        // there are a handful of them
        let place = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        // Lua counts from 1, and the first is `meta`
        self.arguments.extend([command.to_owned(), (place + 2).to_string()]);
        self.arguments.extend(rest.iter().map(|&text| text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_and_an_id_are_the_same_place() {
        for (place, text) in [(1000, "1-0"), (7_002, "7-2"), (9_999, "9-999")] {
            assert_eq!((id(place), position(text)), (text.to_owned(), Some(place)));
        }
    }

    #[test]
    fn a_key_begins_with_its_service() {
        let keys = Keys::of("incidents");
        assert_eq!(keys.documents("services"), "incidents:documents:services");
        assert_eq!(keys.log("audit"), "incidents:log:audit");
    }
}
