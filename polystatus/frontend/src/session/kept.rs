//! A session as it is kept.

use serde::{Deserialize, Serialize};
use store::Document;

/// A session that was not used for so many seconds has ended: an hour, and half a day in all, however much it is used.
///
/// NIST SP 800-63B-4 asks for at most one hour and one day where a second factor is used (AAL2); OWASP's session cheat sheet
/// wants a working day. Who follows an incident all night signs in once more.
pub const IDLE: i64 = 3600;

/// See [`IDLE`].
pub const LONGEST: i64 = 12 * 3600;

/// Seconds for which a use is not worth a write.
pub const FINE: i64 = 60;

/// A login that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The SHA-256 of what the browser shows.
    pub key: String,
    /// When it began, in Unix seconds.
    pub begun_at: i64,
    /// When it was last used, to a minute.
    pub used_at: i64,
    /// Its tokens, sealed with what the browser shows.
    pub tokens: String,
    /// What is to be said on the next page, sealed too: it may name what only this person may know.
    #[serde(default)]
    pub flash: Option<String>,
}

impl Session {
    /// Whether it goes on.
    pub const fn goes_on(&self, now: i64) -> bool {
        now < self.used_at + IDLE && now < self.begun_at + LONGEST
    }
}

impl Document for Session {
    const COLLECTION: &'static str = "sessions";

    fn key(&self) -> String {
        self.key.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_after_an_hour_without_use_and_after_half_a_day_in_any_case() {
        let session =
            |used_at| Session { key: String::new(), begun_at: 0, used_at, tokens: String::new(), flash: None };
        assert!(session(0).goes_on(IDLE - 1) && !session(0).goes_on(IDLE));
        assert!(session(LONGEST - 60).goes_on(LONGEST - 1) && !session(LONGEST - 60).goes_on(LONGEST));
    }
}
