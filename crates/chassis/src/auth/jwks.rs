//! Public keys as the users service publishes them (RFC 7517, for Ed25519 RFC 8037).

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use serde::{Deserialize, Serialize};

/// Keys that a set holds at most: a set is small, and one that is not was not written by us.
const MAX_KEYS: usize = 32;

/// A set of public keys, as it stands at `/.well-known/jwks.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// One public key. Fields that say what a key of another kind would need are not here: such a key is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Jwk {
    /// Kind of key: `OKP`, a point on an Edwards or Montgomery curve.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Curve: `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Ed25519")]
    pub crv: Option<String>,
    /// The public key: 32 bytes in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    pub x: Option<String>,
    /// Its name: the thumbprint of RFC 7638, so that no two keys share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    pub kid: Option<String>,
    /// What it is for: `sig`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "sig")]
    pub usage: Option<String>,
    /// Algorithm: `EdDSA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "EdDSA")]
    pub alg: Option<String>,
}

/// The bytes of an Ed25519 public key.
pub type PublicKey = [u8; 32];

impl Jwk {
    /// The key as it is published.
    pub fn of(key: &PublicKey) -> Self {
        let x = BASE64_URL_SAFE_NO_PAD.encode(key);
        let (kty, crv) = ("OKP".to_owned(), "Ed25519".to_owned());
        let (usage, alg) = (Some("sig".to_owned()), Some("EdDSA".to_owned()));
        Self { kid: Some(thumbprint(&x)), x: Some(x), kty, crv: Some(crv), usage, alg }
    }

    /// Its name and its bytes, if it is one of those that we use.
    fn usable(&self) -> Option<(String, PublicKey)> {
        let fit = self.kty == "OKP"
            && self.crv.as_deref() == Some("Ed25519")
            && matches!(self.usage.as_deref(), None | Some("sig"))
            && matches!(self.alg.as_deref(), None | Some("EdDSA"));
        let key = BASE64_URL_SAFE_NO_PAD.decode(self.x.as_ref()?).ok()?.try_into().ok()?;
        fit.then_some((self.kid.clone()?, key))
    }
}

/// RFC 7638: the SHA-256 of the members that a key of this kind must have, in alphabetical order.
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

/// Public keys by their names, ready to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet(HashMap<String, PublicKey>);

impl KeySet {
    /// The key of this name.
    pub fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.0.get(kid)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&Jwks> for KeySet {
    fn from(set: &Jwks) -> Self {
        Self(set.keys.iter().take(MAX_KEYS).filter_map(Jwk::usable).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the thumbprint of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn set(json: &str) -> KeySet {
        KeySet::from(&serde_json::from_str::<Jwks>(json).unwrap())
    }

    #[test]
    fn a_key_has_the_name_that_the_rfc_works_out() {
        let key: PublicKey = BASE64_URL_SAFE_NO_PAD.decode(X).unwrap().try_into().unwrap();
        let jwk = Jwk::of(&key);
        assert_eq!(jwk.kid.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
        let keys = KeySet::from(&Jwks { keys: vec![jwk] });
        assert_eq!(keys.get("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"), Some(&key));
    }

    #[test]
    fn keys_of_other_kinds_are_passed_over_and_the_others_kept() {
        let good = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{X}","later":"field"}}"#);
        for other in [
            r#"{"kty":"RSA","kid":"b","n":"AQAB","e":"AQAB"}"#.to_owned(),
            r#"{"kty":"oct","kid":"b","k":"c2VjcmV0"}"#.to_owned(),
            good.replace("Ed25519", "X25519").replace("\"a\"", "\"b\""),
            good.replace("\"kid\":\"a\",", ""),
            good.replace(X, "AAAA").replace("\"a\"", "\"b\""),
            good.replace("\"later\":\"field\"", "\"use\":\"enc\"").replace("\"a\"", "\"b\""),
            good.replace("\"later\":\"field\"", "\"alg\":\"HS256\"").replace("\"a\"", "\"b\""),
        ] {
            let keys = set(&format!(r#"{{"keys":[{other},{good}]}}"#));
            assert_eq!((keys.len(), keys.get("a").is_some()), (1, true), "{other}");
        }
    }
}
