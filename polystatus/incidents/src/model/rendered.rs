//! The JSON of a document, made when the first reader asks and kept for the others.

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

/// Not a part of the document's value.
impl PartialEq for Rendered {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Rendered {}
