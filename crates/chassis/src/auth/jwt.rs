//! Access tokens: signed claims, as the users service makes them and every service checks them by itself.
//!
//! One algorithm, one type, one issuer: what RFC 8725 asks a verifier to decide, decided. A token names its algorithm
//! only to be compared with ours, and what else its header may say, a key, an address of keys, a critical extension,
//! makes it a token that we did not write. Why not a library: `docs/decisions/0010-access-tokens.md`.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::jwks::{Jwk, PublicKey};
use super::{Caller, Role};

/// Who makes the tokens (`iss`).
pub const ISSUER: &str = "polystatus-users";

/// Whom they are for (`aud`): every service of this system.
pub const AUDIENCE: &str = "polyops";

/// The one algorithm: `EdDSA` on Ed25519 (RFC 8037).
const ALGORITHM: &str = "EdDSA";

/// The one type, so that no token made for another purpose passes for one of these (RFC 9068, section 2.1).
const TYPE: &str = "at+jwt";

/// By how many seconds two machines' clocks may differ.
pub const LEEWAY: i64 = 10;

/// The longest token that is looked at, in bytes. Ours have about 500.
const LONGEST: usize = 4096;

/// What an access token says (RFC 9068, section 2.2), and of ours: the role, the name and the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who made it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// Whose it is: a user's id.
    pub sub: String,
    /// The program that the user logged in with.
    pub client_id: String,
    /// When it was made, in Unix seconds.
    pub iat: i64,
    /// When it ends, in Unix seconds.
    pub exp: i64,
    /// Before when it is not good, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Its own id.
    pub jti: String,
    /// What its owner may do.
    pub role: Role,
    /// The owner's name, for a service that shows who did something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The login that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

impl Claims {
    /// Whose claims these are.
    pub fn into_caller(self) -> Caller {
        Caller { subject: self.sub, role: self.role, name: self.name, session: self.sid }
    }

    fn check(&self, now: i64) -> Result<(), Refused> {
        if self.iss != ISSUER {
            return Err(Refused::Issuer);
        }
        if self.aud != AUDIENCE {
            return Err(Refused::Audience);
        }
        if self.exp.saturating_add(LEEWAY) <= now {
            return Err(Refused::Expired);
        }
        let begins = self.nbf.unwrap_or(self.iat).max(self.iat);
        if begins.saturating_sub(LEEWAY) > now {
            return Err(Refused::NotYet);
        }
        Ok(())
    }
}

/// Why a token is refused: for the log, never for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not three parts of base64url with JSON in the first two, or longer than ours ever are.
    #[error("it is not a token")]
    Malformed,
    /// Another algorithm or type, or something in the header that we never write.
    #[error("its header is not one of ours")]
    Header,
    /// The name of its key is not known.
    #[error("its key is not known")]
    UnknownKey,
    /// The signature does not fit.
    #[error("its signature is wrong")]
    Signature,
    /// Somebody else made it.
    #[error("it has another issuer")]
    Issuer,
    /// It is for somebody else.
    #[error("it is for another audience")]
    Audience,
    /// It has ended.
    #[error("it has expired")]
    Expired,
    /// It has not begun.
    #[error("it is from the future")]
    NotYet,
}

/// What the header may hold. `jwk`, `jku`, `x5u`, `x5c`, `crit` and all others are unknown fields: refused.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    alg: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    typ: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    kid: std::borrow::Cow<'a, str>,
}

/// Whether this could be a signed token at all. Other kinds of bearer tokens have no dots.
pub(super) fn looks_like_one(token: &str) -> bool {
    token.split('.').count() == 3
}

/// The claims of a token, once everything about it was found right.
///
/// `key` gives the public key of a name. No I/O: whoever calls this must have the keys at hand.
///
/// # Errors
/// What was found wrong first. The claims are not read before the signature was found right.
pub fn verify<K>(token: &str, now: i64, key: impl FnOnce(&str) -> Option<K>) -> Result<Claims, Refused>
where
    K: AsRef<[u8]>,
{
    if token.len() > LONGEST {
        return Err(Refused::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    // strict: no padding, no other alphabet, no bits left over, so that a token has one spelling
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed);
    let (header, signature) = (decode(header)?, decode(signature)?);
    let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| Refused::Header)?;
    let typ = header.typ.to_ascii_lowercase();
    // RFC 9068, section 4, has both spellings
    if header.alg != ALGORITHM || typ.strip_prefix("application/").unwrap_or(&typ) != TYPE {
        return Err(Refused::Header);
    }
    let key = key(&header.kid).ok_or(Refused::UnknownKey)?;
    UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &signature).map_err(|_| Refused::Signature)?;
    let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| Refused::Malformed)?;
    claims.check(now)?;
    Ok(claims)
}

/// A key that signs. Only the users service has one; tests make their own.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    jwk: Jwk,
}

impl SigningKey {
    /// The key that grows from these 32 random bytes (RFC 8032, section 5.1.5), which are its whole secret.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed has 32 bytes, and any 32 bytes will do");
        let public: PublicKey = pair.public_key().as_ref().try_into().expect("an Ed25519 key has 32 bytes");
        Self { pair, jwk: Jwk::of(&public) }
    }

    /// The public half, as it is published.
    pub fn public(&self) -> &Jwk {
        &self.jwk
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        self.jwk.kid.as_deref().unwrap_or_default()
    }

    /// The token that says this.
    pub fn sign(&self, claims: &Claims) -> String {
        let header = Header { alg: ALGORITHM.into(), typ: TYPE.into(), kid: self.kid().into() };
        let encode = |json: Result<Vec<u8>, _>| BASE64_URL_SAFE_NO_PAD.encode(json.expect("plain data is JSON"));
        let signed = format!("{}.{}", encode(serde_json::to_vec(&header)), encode(serde_json::to_vec(claims)));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// Sign a header and claims as they stand, good or not: for a test that attacks a verifier.
    pub fn sign_raw(&self, header: &str, claims: &str) -> String {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", encode(header), encode(claims));
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes())))
    }
}

/// Without the secret half.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.kid()).finish()
    }
}
