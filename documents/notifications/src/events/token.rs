//! A token in a payload: a text, `{"token": "…"}`, or one of the two written as JSON in a text.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::connection::Socket;

/// A token that somebody has shown.
#[derive(Debug, Clone)]
pub struct Shown(pub SecretString);

/// A payload that holds no token, or something beside it.
#[derive(Debug, PartialEq, Eq)]
pub struct NoToken;

impl Shown {
    /// The token of a payload.
    ///
    /// # Errors
    /// When it holds none.
    pub fn of(payload: &Value) -> Result<Self, NoToken> {
        let Value::String(text) = payload else { return Self::of_object(payload) };
        match serde_json::from_str::<Value>(text) {
            Ok(Value::String(inner)) => Self::of_text(&inner),
            Ok(object @ Value::Object(_)) => Self::of_object(&object),
            // a number, say, is a token like any other text
            _ => Self::of_text(text),
        }
    }

    fn of_object(payload: &Value) -> Result<Self, NoToken> {
        let token = payload.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.get("token"));
        token.and_then(Value::as_str).ok_or(NoToken).and_then(Self::of_text)
    }

    fn of_text(text: &str) -> Result<Self, NoToken> {
        let token = text.trim();
        if token.is_empty() { Err(NoToken) } else { Ok(Self(token.to_owned().into())) }
    }

    /// Whether it is our own.
    pub fn is_own_of(&self, socket: &Socket) -> bool {
        let visitor = socket.data.visitor();
        visitor.is_some_and(|visitor| visitor.is_own_token(self.0.expose_secret()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_comes_in_four_ways() {
        for payload in
            [json!("abc"), json!({"token": "abc"}), json!("\"abc\""), json!(r#"{"token":"abc"}"#), json!(" abc\n")]
        {
            assert_eq!(Shown::of(&payload).unwrap().0.expose_secret(), "abc", "{payload}");
        }
        assert_eq!(Shown::of(&json!("12")).unwrap().0.expose_secret(), "12");
    }

    #[test]
    fn anything_else_holds_none() {
        for payload in [
            json!(null),
            json!(12),
            json!(""),
            json!(["abc"]),
            json!({}),
            json!({"token": 12}),
            json!({"token": ""}),
            json!({"token": "abc", "user_id": 1}),
            json!(r#"{"user_id":1}"#),
        ] {
            assert_eq!(Shown::of(&payload).unwrap_err(), NoToken, "{payload}");
        }
    }
}
