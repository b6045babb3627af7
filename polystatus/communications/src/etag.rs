//! `ETag`s of documents.

use actix_web::http::header::EntityTag;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use serde::Serialize;
use store::Entry;

/// Bytes of the hash that are kept: nobody finds two documents of the same 16.
const KEPT: usize = 16;

/// A fingerprint of what the document says, and of nothing else.
///
/// The version, which is at hand, is a revision of the whole store: whoever reads a banner twice could count from it what
/// was written in between, and so how many mails an announcement made.
pub fn of<T: Serialize>(entry: &Entry<T>) -> EntityTag {
    let json = serde_json::to_vec(&entry.document).expect("a document is plain data");
    let hash = digest::digest(&digest::SHA256, &json);
    EntityTag::new_strong(BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..KEPT]))
}
