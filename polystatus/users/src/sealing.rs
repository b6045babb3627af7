//! Seals what must be readable again, and by nobody else: the seeds of signing keys, the secrets of second factors.
//!
//! With `KEY_SECRET`, each is sealed as [`chassis::sealing`] does it, and bound to what it belongs to. Without it they are
//! kept as they are, and the storage must be protected as a key is.

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chassis::ids::Ids;
use chassis::sealing::Seal;
use secrecy::SecretString;

/// Seals and opens.
pub struct Sealer(Option<Seal>);

/// What was kept cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is sealed, and there is no secret to open it with.
    #[error("the storage holds sealed keys: set the KEY_SECRET that they were sealed with")]
    NoSecret,
    /// It was sealed with another secret, or changed.
    #[error("the storage holds keys that were sealed with another KEY_SECRET, or that somebody has changed")]
    Wrong,
}

impl Sealer {
    /// With the secret of the settings, or none.
    pub fn new(secret: Option<&SecretString>) -> Self {
        Self(secret.map(|secret| Seal::of(secret, "polystatus-users")))
    }

    /// Seal `bytes`, which belong to `owner`.
    pub fn seal(&self, bytes: &[u8], owner: &str, ids: &dyn Ids) -> String {
        match &self.0 {
            Some(seal) => format!("sealed:{}", seal.seal(bytes, owner, ids)),
            None => format!("plain:{}", BASE64_STANDARD_NO_PAD.encode(bytes)),
        }
    }

    /// What was sealed for this owner.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn open(&self, text: &str, owner: &str) -> Result<Vec<u8>, SealError> {
        if let Some(plain) = text.strip_prefix("plain:") {
            return BASE64_STANDARD_NO_PAD.decode(plain).map_err(|_| SealError::Wrong);
        }
        let sealed = text.strip_prefix("sealed:").ok_or(SealError::Wrong)?;
        let seal = self.0.as_ref().ok_or(SealError::NoSecret)?;
        seal.open(sealed, owner).map_err(|_| SealError::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use chassis::ids::CountingIds;

    use super::*;

    fn with(secret: &str) -> Sealer {
        Sealer::new(Some(&secret.to_owned().into()))
    }

    #[test]
    fn what_was_sealed_can_be_opened_by_its_owner_alone() {
        let sealed = with("a").seal(b"seed", "key 1", &CountingIds::default());
        assert!(!sealed.contains(&BASE64_STANDARD_NO_PAD.encode("seed")));
        assert_eq!(with("a").open(&sealed, "key 1"), Ok(b"seed".to_vec()));
        assert_eq!(with("a").open(&sealed, "key 2"), Err(SealError::Wrong));
        assert_eq!(with("b").open(&sealed, "key 1"), Err(SealError::Wrong));
        assert_eq!(Sealer::new(None).open(&sealed, "key 1"), Err(SealError::NoSecret));
        let mut changed = sealed.clone();
        changed.replace_range(10..11, if &sealed[10..11] == "A" { "B" } else { "A" });
        assert_eq!(with("a").open(&changed, "key 1"), Err(SealError::Wrong));
    }

    #[test]
    fn what_was_kept_before_there_was_a_secret_is_readable_still() {
        let plain = Sealer::new(None).seal(b"seed", "key 1", &CountingIds::default());
        assert_eq!(with("a").open(&plain, "key 1"), Ok(b"seed".to_vec()));
        for wrong in ["", "seed", "plain:?", "sealed:", "sealed:AAAA"] {
            assert!(with("a").open(wrong, "key 1").is_err(), "{wrong}");
        }
    }
}
