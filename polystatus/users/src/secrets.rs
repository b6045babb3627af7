//! Secrets that are given out and come back: what is kept of them, and how they are compared.

use ring::digest;
use subtle::ConstantTimeEq;

/// What is kept of a secret: its SHA-256, in hexadecimal. Enough for 256 random bits, which nobody can guess; passwords
/// take [`crate::hashing`].
pub fn fingerprint(secret: &str) -> String {
    hex(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref())
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether two texts are the same, in constant time.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// A new id that nobody guesses: 128 random bits.
pub fn new_id(ids: &dyn chassis::ids::Ids) -> String {
    format!("{:016x}{:016x}", ids.next(), ids.next())
}
