//! Makes access tokens, and knows its own.

use chassis::auth::jwks::{Jwks, KeySet};
use chassis::auth::jwt::{self, AUDIENCE, Claims, ISSUER, Refused, SigningKey};
use chassis::auth::{Caller, Refusal, TokenVerifier};
use chassis::clock::SharedClock;
use chassis::ids::Ids;
use store::{PerRevision, Snapshot, Store};

use crate::model::{Account, Session, StoredKey, TOKEN_LIFE};
use crate::sealing::{SealError, Sealer};
use crate::secrets::new_id;

/// What seeds are sealed for.
const OWNER: &str = "signing-key";

/// The program that users log in with: there is one, our own.
const CLIENT: &str = "polystatus";

/// A new key. When it signs is decided when it is put into the store: see [`crate::model::tend_keys`].
pub fn new_key(now: i64, sealer: &Sealer, ids: &dyn Ids) -> StoredKey {
    let seed = new_seed(ids);
    let key = SigningKey::from_seed(&seed);
    let (kid, jwk) = (key.kid().to_owned(), key.public().clone());
    StoredKey { kid, seed: sealer.seal(&seed, OWNER, ids), jwk, created_at: now, signs_from: now }
}

/// 256 random bits.
fn new_seed(ids: &dyn Ids) -> [u8; 32] {
    let parts: Vec<u8> = (0..4).flat_map(|_| ids.next().to_be_bytes()).collect();
    parts.try_into().expect("four numbers of 8 bytes")
}

/// The key that a stored one is.
///
/// # Errors
/// When it was sealed with another secret.
pub fn unseal(key: &StoredKey, sealer: &Sealer) -> Result<SigningKey, SealError> {
    let seed = sealer.open(&key.seed, OWNER)?;
    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| SealError::Wrong)?;
    Ok(SigningKey::from_seed(seed))
}

/// The access token of a session, as its owner stands now.
pub fn access_token(key: &SigningKey, account: &Account, session: &Session, now: i64, ids: &dyn Ids) -> String {
    key.sign(&Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: account.id.clone(),
        client_id: CLIENT.to_owned(),
        iat: now,
        exp: now + TOKEN_LIFE,
        nbf: None,
        jti: new_id(ids),
        role: account.role,
        name: Some(account.name.to_string()),
        sid: Some(session.id.clone()),
    })
}

/// The public halves of all keys: those that sign, will sign, or have signed tokens that are good still.
pub fn published(snapshot: &Snapshot) -> Jwks {
    Jwks { keys: snapshot.iter::<StoredKey>().map(|key| key.jwk.clone()).collect() }
}

/// Knows the tokens of this service, with the keys of its own store. Whether the session goes on is
/// [`crate::person`]'s matter: that may have to wait for another replica's news.
pub struct OwnTokens {
    store: Store,
    clock: SharedClock,
    keys: PerRevision<KeySet>,
}

impl OwnTokens {
    /// With the keys of this store.
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock, keys: PerRevision::default() }
    }
}

impl TokenVerifier for OwnTokens {
    fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        let snapshot = self.store.read();
        let keys = self.keys.get(&snapshot, |snapshot| KeySet::from(&published(snapshot)));
        let checked = jwt::verify(token, self.clock.unix_seconds(), |kid| keys.1.get(kid));
        checked.map(Claims::into_caller).map_err(|reason| {
            if reason != Refused::Malformed {
                tracing::debug!(%reason, "a token is refused");
            }
            Refusal::NotValid
        })
    }
}
