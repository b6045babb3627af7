//! What tells one text from others, the same for ever and on every machine.

use ring::digest::{SHA256, digest};

use crate::feeds::Reading;

/// The first half of the SHA-256, in hexadecimal: 32 characters. (`std`'s hasher is another in each version.)
pub fn of(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    let first = hash.as_ref().first_chunk::<16>().expect("a SHA-256 has 32 bytes");
    format!("{:032x}", u128::from_be_bytes(*first))
}

/// Of what a provider says: the same as long as it says nothing new.
pub fn of_reading(reading: &Reading) -> String {
    of(&serde_json::to_vec(reading).expect("a reading is plain data"))
}
