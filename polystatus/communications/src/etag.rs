//! `ETag`s of documents.

use actix_web::http::header::EntityTag;
use store::Entry;

/// The document's version.
pub fn of<T>(entry: &Entry<T>) -> EntityTag {
    EntityTag::new_strong(entry.version.to_string())
}
