//! What an event is answered: in its acknowledgement, and a refusal also as an event `error`.

use std::borrow::Cow;

use chassis::error::Detail;
use serde::Serialize;
use serde_json::{Value, json};

/// Seconds after which what cannot be done now may be tried again, where nothing better is known.
const AGAIN: u64 = 5;

/// The event that tells of a refusal.
pub const ERROR: &str = "error";

/// Why an event was refused: `{"error": "…"}`, in the shape of all our errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// One sentence that says what to do.
    pub error: Cow<'static, str>,
    /// What is wrong with which part of the payload.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
    /// Seconds after which to try again; none where trying again is of no use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    #[serde(skip)]
    kind: Kind,
}

/// For the figures, and for what becomes of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It cannot be understood.
    Malformed,
    /// The token is wrong, or does not allow this.
    NotAllowed,
    /// Too many at once.
    TooMany,
    /// Nobody's fault here: something that is needed cannot be reached.
    NotNow,
}

impl Kind {
    /// As in the figures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotAllowed => "not_allowed",
            Self::TooMany => "too_many",
            Self::NotNow => "not_now",
        }
    }
}

impl Refusal {
    fn new(kind: Kind, error: impl Into<Cow<'static, str>>) -> Self {
        Self { error: error.into(), details: Vec::new(), retry_after: None, kind }
    }

    /// It cannot be understood.
    pub fn malformed(error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Malformed, error)
    }

    /// The token is wrong, or does not allow this.
    pub fn not_allowed(error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotAllowed, error)
    }

    /// Too many at once: come back in a second.
    pub fn too_many(error: impl Into<Cow<'static, str>>) -> Self {
        Self { retry_after: Some(1), ..Self::new(Kind::TooMany, error) }
    }

    /// It cannot be done now, and nothing was done; after so many seconds it may be tried again.
    pub fn not_now(error: impl Into<Cow<'static, str>>, retry_after: Option<u64>) -> Self {
        Self { retry_after: Some(retry_after.unwrap_or(AGAIN).max(1)), ..Self::new(Kind::NotNow, error) }
    }

    /// The same, about this part of the payload.
    #[must_use]
    pub fn about(mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        self.details.push(Detail::new(field, message));
        self
    }

    /// What kind it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// As it is sent.
    pub fn to_value(&self) -> Value {
        json!(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_shape_of_all_our_errors() {
        assert_eq!(Refusal::not_allowed("No").to_value(), json!({"error": "No"}));
        assert_eq!(
            Refusal::malformed("It is not valid").about("seq", "must be there").to_value(),
            json!({"error": "It is not valid", "details": [{"field": "seq", "message": "must be there"}]})
        );
        assert_eq!(Refusal::not_now("Later", None).to_value(), json!({"error": "Later", "retry_after": 5}));
        assert_eq!(Refusal::not_now("Later", Some(0)).to_value()["retry_after"], 1);
    }
}
