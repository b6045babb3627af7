//! `ETag`s: of a document its version, of a list what is in it.

use std::hash::{DefaultHasher, Hash, Hasher};

use actix_web::http::header::EntityTag;
use store::Entry;

/// The document's version.
pub fn of<T>(entry: &Entry<T>) -> EntityTag {
    EntityTag::new_strong(entry.version.to_string())
}

/// What is in the body.
pub fn of_body(body: &[u8]) -> EntityTag {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    // two programs of different versions may hash differently, and then send the body once more
    EntityTag::new_weak(format!("{:016x}", hasher.finish()))
}
