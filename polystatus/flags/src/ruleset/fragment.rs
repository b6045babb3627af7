//! An answer for one flag, as bytes: every answer that a flag can give is made when the flag is, not when it is asked for.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use crate::model::Metadata;

/// An answer for one flag.
#[derive(Debug)]
pub struct Fragment {
    /// As OFREP has it: a whole object.
    pub json: Bytes,
    /// What is in it, in a few bits.
    pub hash: u64,
    /// As `GET /flags` has it: a member of an object.
    pub member: Bytes,
    /// Whether it tells of a failure.
    pub is_error: bool,
    /// Why it is so, in OFREP's words; of a failure, its code.
    pub reason: &'static str,
    /// The variation.
    pub variation: Option<String>,
    /// Its value.
    pub value: Option<Value>,
    /// Why it failed.
    pub details: Option<String>,
}

#[derive(Serialize)]
struct Success<'a> {
    key: &'a str,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    // absent, never null: clients take null for a value of a wrong type
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Metadata>,
}

/// What all answers of a flag have in common.
pub struct Frame<'a> {
    /// The flag's key.
    pub key: &'a str,
    /// Whether it is off.
    pub off: bool,
    /// What is known of it.
    pub metadata: Option<&'a Metadata>,
}

impl Frame<'_> {
    /// An answer with a variation and its value, or with none: the program's code has its own.
    pub fn success(&self, reason: &'static str, chosen: Option<(&str, &Value)>) -> Fragment {
        let (variant, value) = chosen.unzip();
        let json = serde_json::to_vec(&Success { key: self.key, reason, variant, value, metadata: self.metadata });
        let json = json.expect("a flag is plain data");
        let variation = variant.map(str::to_owned);
        self.fragment(json, reason, variation, value.cloned(), None)
    }

    /// An answer that tells of a failure.
    pub fn failure(&self, code: &'static str, details: &str) -> Fragment {
        let json = json!({"key": self.key, "errorCode": code, "errorDetails": details});
        self.fragment(json.to_string().into_bytes(), code, None, None, Some(details.to_owned()))
    }

    fn fragment(
        &self,
        json: Vec<u8>,
        reason: &'static str,
        variation: Option<String>,
        value: Option<Value>,
        details: Option<String>,
    ) -> Fragment {
        let mut hasher = DefaultHasher::new();
        json.hash(&mut hasher);
        let member = format!("{}:{{\"variation\":{},\"off\":{}}}", json!(self.key), json!(variation), self.off);
        Fragment {
            json: json.into(),
            hash: hasher.finish(),
            member: member.into_bytes().into(),
            is_error: details.is_some(),
            reason,
            variation,
            value,
            details,
        }
    }
}
