//! Why changes are not told now.

use std::time::Duration;

use serde_json::Value;

use crate::database::StorageError;

/// Characters of a refusal that are passed on: it comes from elsewhere, and goes into the log.
const LONGEST: usize = 300;

/// Why changes are not told now. They stay in the feed.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// The feed cannot be read, or not be noted what was told.
    #[error(transparent)]
    Database(#[from] StorageError),
    /// There is no connection, or none any more.
    #[error(transparent)]
    Connection(#[from] socketio_client::Error),
    /// A change was not acknowledged in time.
    #[error("no acknowledgement within {0:?}")]
    Late(Duration),
    /// They cannot take it now, and want it again: they are busy, or their storage is away.
    #[error("not now: {0}")]
    NotNow(String),
    /// A change was refused.
    #[error("refused: {0}")]
    Refused(String),
}

impl TellError {
    /// Whether the notifications do not want to hear it from us.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Connection(socketio_client::Error::Refused { .. }))
    }

    /// What an acknowledgement says: `{"ok": true}`, or why not.
    ///
    /// # Errors
    /// Why not.
    pub fn check(acknowledgement: &Value) -> Result<(), Self> {
        if acknowledgement["ok"] == true {
            return Ok(());
        }
        let reason = acknowledgement["error"].as_str().map_or_else(|| acknowledgement.to_string(), str::to_owned);
        let reason = reason.chars().take(LONGEST).collect();
        // where trying again is of use, they say after how many seconds
        Err(if acknowledgement["retry_after"].is_u64() { Self::NotNow(reason) } else { Self::Refused(reason) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        TellError::check(&json!({"ok": true, "repeated": true})).unwrap();
        for (answer, reason) in [
            (json!({"error": "No"}), "refused: No"),
            (json!({"ok": false}), r#"refused: {"ok":false}"#),
            (json!(null), "refused: null"),
            (json!("ok"), r#"refused: "ok""#),
        ] {
            let error = TellError::check(&answer).unwrap_err();
            assert!(error.is_refusal() && error.to_string() == reason, "{answer}: {error}");
        }
        let later = TellError::check(&json!({"error": "Redis cannot be reached", "retry_after": 1})).unwrap_err();
        assert!(!later.is_refusal() && later.to_string() == "not now: Redis cannot be reached", "{later}");
        let long = TellError::check(&json!({"error": "x".repeat(100_000)})).unwrap_err();
        assert!(long.to_string().len() < 1000);
    }
}
