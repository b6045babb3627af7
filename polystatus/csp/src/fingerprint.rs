//! What tells one text from others, the same for ever and on every machine.

use ring::digest::{SHA256, digest};

use crate::feeds::Reading;

/// The first half of the SHA-256, in hexadecimal: 32 characters. (`std`'s hasher is another in each version.)
pub fn of(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Of what a provider says: the same as long as it says nothing new.
pub fn of_reading(reading: &Reading) -> String {
    of(&serde_json::to_vec(reading).expect("a reading is plain data"))
}
