//! Seals what must be readable again, and by nobody else: seeds of signing keys, tokens that are kept for somebody.
//!
//! Each text is encrypted with ChaCha20-Poly1305 (RFC 8439) and bound to what it belongs to: who can read the storage, a
//! backup or its change log has nothing, and who can write there cannot put one secret in the place of another.

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use secrecy::{ExposeSecret, SecretString};

use crate::ids::Ids;

/// A key to seal and to open with.
pub struct Seal(LessSafeKey);

/// It was sealed with another secret, for another owner, or somebody has changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what is sealed cannot be opened with this secret")]
pub struct Unopened;

impl Seal {
    /// The key of this secret for one purpose: that of another purpose opens nothing of this one (RFC 5869, 3.2).
    pub fn of(secret: &SecretString, purpose: &str) -> Self {
        let salt = Salt::new(HKDF_SHA256, purpose.as_bytes());
        let key = salt.extract(secret.expose_secret().as_bytes());
        let key = key.expand(&[b"seal"], &CHACHA20_POLY1305).expect("a key is shorter than 255 hashes");
        Self(LessSafeKey::new(UnboundKey::from(key)))
    }

    /// Seal `bytes`, which belong to `owner`; as text.
    pub fn seal(&self, bytes: &[u8], owner: &str, ids: &dyn Ids) -> String {
        let random = [ids.next(), ids.next()].map(u64::to_be_bytes).concat();
        let nonce: [u8; NONCE_LEN] = random[..NONCE_LEN].try_into().expect("16 bytes have 12");
        let mut sealed = bytes.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut sealed)
            .expect("it is far shorter than 256 GiB");
        sealed.splice(0..0, nonce);
        BASE64_STANDARD_NO_PAD.encode(sealed)
    }

    /// What was sealed for this owner.
    ///
    /// # Errors
    /// When it was not sealed with this key and for this owner.
    pub fn open(&self, text: &str, owner: &str) -> Result<Vec<u8>, Unopened> {
        let mut sealed = BASE64_STANDARD_NO_PAD.decode(text).map_err(|_| Unopened)?;
        let (nonce, rest) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(Unopened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        self.0.open_in_place(nonce, Aad::from(owner), rest).map(|plain| plain.to_vec()).map_err(|_| Unopened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CountingIds;

    fn with(secret: &str, purpose: &str) -> Seal {
        Seal::of(&secret.to_owned().into(), purpose)
    }

    #[test]
    fn what_was_sealed_is_opened_by_its_owner_with_its_secret_for_its_purpose_alone() {
        let sealed = with("a", "x").seal(b"seed", "key 1", &CountingIds::default());
        assert!(!sealed.contains(&BASE64_STANDARD_NO_PAD.encode("seed")));
        assert_eq!(with("a", "x").open(&sealed, "key 1"), Ok(b"seed".to_vec()));
        for (secret, purpose, owner) in [("a", "x", "key 2"), ("b", "x", "key 1"), ("a", "y", "key 1")] {
            assert_eq!(with(secret, purpose).open(&sealed, owner), Err(Unopened), "{secret} {purpose} {owner}");
        }
        let mut changed = sealed.clone();
        changed.replace_range(10..11, if &sealed[10..11] == "A" { "B" } else { "A" });
        for wrong in [changed.as_str(), "", "?", "AAAA"] {
            assert_eq!(with("a", "x").open(wrong, "key 1"), Err(Unopened), "{wrong}");
        }
    }
}
