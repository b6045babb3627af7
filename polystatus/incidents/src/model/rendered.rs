//! What is made of a document when the first reader asks, and kept for the others: its JSON, and its text for searches.

use std::sync::OnceLock;

use bytes::Bytes;
use serde::Serialize;

/// A place for the JSON of the document that it lies in. A document in the store never changes: what takes its place is
/// a changed clone, and the clone has an empty place.
#[derive(Debug, Default)]
pub struct Rendered(OnceLock<Bytes>);

impl Rendered {
    /// The JSON of `document`.
    pub fn json(&self, document: &impl Serialize) -> Bytes {
        self.0.get_or_init(|| serde_json::to_vec(document).expect("a document is plain data").into()).clone()
    }
}

impl Clone for Rendered {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A place for the text in which a search looks, in small letters: made once, since a search looks at every document.
#[derive(Debug, Default)]
pub struct Searchable(OnceLock<Box<str>>);

impl Searchable {
    /// Whether the texts contain `words`, which are in small letters already.
    pub fn contains(&self, words: &str, texts: impl FnOnce() -> String) -> bool {
        self.0.get_or_init(|| texts().to_lowercase().into()).contains(words)
    }
}

impl Clone for Searchable {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Not a part of the document's value.
impl PartialEq for Searchable {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Searchable {}

/// Not a part of the document's value.
impl PartialEq for Rendered {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Rendered {}
