//! Signatures as [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0 writes them: a receiver in any language has
//! a library that checks them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chassis::ids::Ids;
use ring::hmac;

/// What a secret begins with, so that one is known for what it is wherever it turns up.
const PREFIX: &str = "whsec_";

/// A new secret: 256 random bits.
pub fn new_secret(ids: &dyn Ids) -> String {
    let bytes: Vec<u8> = (0..4).flat_map(|_| ids.next().to_be_bytes()).collect();
    format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes))
}

/// The value of `webhook-signature`: of the message's id, the time and the body, so that none can be changed or sent
/// again much later.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> String {
    // a secret of ours decodes; should one not, the receiver's library refuses the signature, and the log there says so
    let key = BASE64_STANDARD.decode(secret.trim_start_matches(PREFIX)).unwrap_or_default();
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    context.update(format!("{id}.{timestamp}.").as_bytes());
    context.update(body);
    format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
}

#[cfg(test)]
mod tests {
    use chassis::ids::CountingIds;

    use super::*;

    #[test]
    fn a_signature_is_the_one_that_others_compute() {
        // by `openssl dgst -sha256 -hmac`, with the key "a-secret-of-this-test-0123456789"
        let secret = format!("whsec_{}", BASE64_STANDARD.encode("a-secret-of-this-test-0123456789"));
        let signature = sign(&secret, "EVT-1", 1_700_000_000, br#"{"type":"incident.updated"}"#);
        assert_eq!(signature, "v1,2eTGh8IESnYpx1PIP0lvfiSj5fHMCPIhSXJJbSpBRNA=");
    }

    #[test]
    fn a_secret_has_a_prefix_and_32_bytes() {
        let secret = new_secret(&CountingIds::default());
        assert_eq!(BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap().len(), 32);
    }
}
