//! The `ETag` of a document.

use actix_web::http::header::EntityTag;
use store::Entry;

/// The document's version in the store.
pub fn of<T>(entry: &Entry<T>) -> EntityTag {
    EntityTag::new_strong(entry.version.to_string())
}
