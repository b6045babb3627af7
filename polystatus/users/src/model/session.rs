//! Sessions: one for each login, held by a refresh token that changes at each use (RFC 9700, section 4.14).

use std::str::FromStr;

use ring::hmac;
use serde::{Deserialize, Serialize};
use store::Document;

use crate::secrets::{fingerprint, hex, same};

/// For how many seconds the token before the present one is still answered: two requests of one client that were on
/// their way at the same time, or an answer that was lost. The one before that is not: whoever sends it has stolen it,
/// or was stolen from.
pub const GRACE: i64 = 10;

/// A session that was not used for so many seconds has ended: a week.
pub const IDLE: i64 = 7 * 24 * 3600;

/// A session ends after so many seconds, however much it is used: 30 days.
pub const LONGEST: i64 = 30 * 24 * 3600;

/// A login that goes on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, 128 random bits.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// When it began, in Unix seconds.
    pub created_at: i64,
    /// When it was last refreshed, in Unix seconds.
    pub used_at: i64,
    /// What the client calls itself, shortened.
    pub user_agent: String,
    /// The network that the login came from: no more of the address than what a person recognises it by.
    pub network: String,
    /// What the next token is worked out with, beside the present one.
    chain: String,
    /// The fingerprint of the present token.
    current: String,
    /// The fingerprint of the one before, and when it was exchanged.
    #[serde(default)]
    previous: Option<(String, i64)>,
}

impl Document for Session {
    const COLLECTION: &'static str = "sessions";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("user", self.user.clone())]
    }
}

/// Which client logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its `User-Agent`, shortened.
    pub user_agent: String,
    /// The network that it is in.
    pub network: String,
}

/// A refresh token: the session's id, and a secret of 256 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The session.
    pub session: String,
    secret: String,
}

impl RefreshToken {
    /// As the client has it.
    pub fn expose(&self) -> String {
        format!("{}.{}", self.session, self.secret)
    }
}

impl FromStr for RefreshToken {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (session, secret) = text.split_once('.').ok_or("is not a refresh token")?;
        let fit = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !fit(session, 32) || !fit(secret, 64) {
            return Err("is not a refresh token");
        }
        Ok(Self { session: session.to_owned(), secret: secret.to_owned() })
    }
}

/// What becomes of a refresh token that was presented.
pub enum Presented {
    /// It was the present one: the session goes on with another.
    Rotated(Session, RefreshToken),
    /// It was the one before, a moment ago: here is the present one once more.
    Again(RefreshToken),
    /// It was neither: somebody has a token that was used before. The session must end.
    Reused,
    /// The session has ended by itself.
    Ended,
}

impl Session {
    /// A login. `secret` and `chain` are 256 random bits each, in hexadecimal.
    pub fn begin(
        id: String,
        user: String,
        device: Device,
        now: i64,
        secret: String,
        chain: String,
    ) -> (Self, RefreshToken) {
        let Device { user_agent, network } = device;
        let (current, previous) = (fingerprint(&secret), None);
        let token = RefreshToken { session: id.clone(), secret };
        (Self { id, user, created_at: now, used_at: now, user_agent, network, chain, current, previous }, token)
    }

    /// When it ends unless it is used again, in Unix seconds.
    pub fn ends_at(&self) -> i64 {
        (self.used_at + IDLE).min(self.created_at + LONGEST)
    }

    /// Take a refresh token.
    ///
    /// The next one is worked out from this one and the session's own secret. So the second of two parallel requests
    /// gets the very token that the first one got, and the session does not fork: there is one token at a time whose use
    /// carries it on. Who reads the storage finds no token: the present one is kept as a fingerprint, and without it
    /// none of the next can be worked out.
    pub fn present(&self, token: &RefreshToken, now: i64) -> Presented {
        if now >= self.ends_at() {
            return Presented::Ended;
        }
        let print = fingerprint(&token.secret);
        if same(&print, &self.current) {
            let next = self.successor(token);
            let (current, previous) = (fingerprint(&next.secret), Some((print, now)));
            return Presented::Rotated(Self { current, previous, used_at: now, ..self.clone() }, next);
        }
        match &self.previous {
            Some((previous, at)) if same(&print, previous) && now - at <= GRACE => {
                Presented::Again(self.successor(token))
            }
            _ => Presented::Reused,
        }
    }

    fn successor(&self, token: &RefreshToken) -> RefreshToken {
        let chain = hmac::Key::new(hmac::HMAC_SHA256, self.chain.as_bytes());
        let secret = hex(hmac::sign(&chain, token.secret.as_bytes()).as_ref());
        RefreshToken { session: token.session.clone(), secret }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn begin() -> (Session, RefreshToken) {
        let device = Device { user_agent: String::new(), network: String::new() };
        Session::begin("0".repeat(32), "u".to_owned(), device, NOW, "a".repeat(64), "b".repeat(64))
    }

    fn rotated(session: &Session, token: &RefreshToken, now: i64) -> (Session, RefreshToken) {
        match session.present(token, now) {
            Presented::Rotated(session, token) => (session, token),
            _ => panic!("not rotated"),
        }
    }

    #[test]
    fn each_token_is_followed_by_another() {
        let (session, first) = begin();
        let (session, second) = rotated(&session, &first, NOW + 1);
        let (_, third) = rotated(&session, &second, NOW + 2);
        assert!(first != second && second != third && first != third);
        assert_eq!(third.expose().parse::<RefreshToken>().map(|token| token.expose()), Ok(third.expose()));
    }

    #[test]
    fn the_immediate_predecessor_is_answered_for_ten_seconds_with_the_same_token() {
        let (session, first) = begin();
        let (session, second) = rotated(&session, &first, NOW);
        for late in [0, GRACE] {
            assert!(matches!(session.present(&first, NOW + late), Presented::Again(token) if token == second));
        }
        assert!(matches!(session.present(&first, NOW + GRACE + 1), Presented::Reused));
        // the one before that, however soon
        let (session, _) = rotated(&session, &second, NOW);
        assert!(matches!(session.present(&first, NOW), Presented::Reused));
    }

    #[test]
    fn a_session_ends_when_it_is_idle_and_after_thirty_days_in_any_case() {
        let (mut session, mut token) = begin();
        assert!(matches!(session.present(&token, NOW + IDLE), Presented::Ended));
        let mut now = NOW;
        while now + IDLE / 2 < NOW + LONGEST {
            now += IDLE / 2;
            (session, token) = rotated(&session, &token, now);
        }
        assert_eq!(session.ends_at(), NOW + LONGEST);
        assert!(matches!(session.present(&token, NOW + LONGEST), Presented::Ended));
    }

    #[test]
    fn what_is_kept_holds_no_token() {
        let (session, first) = begin();
        let (session, second) = rotated(&session, &first, NOW);
        let kept = serde_json::to_string(&session).unwrap();
        assert!(!kept.contains(&first.secret) && !kept.contains(&second.secret));
    }
}
