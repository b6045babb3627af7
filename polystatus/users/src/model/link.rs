//! One-time links: what a mail holds so that its reader can do one thing, once.

use serde::{Deserialize, Serialize};
use store::{Document, Draft};

use super::{Email, Name, PasswordHash};

/// A link that was mailed. Its key is the fingerprint of the token that the mail holds: who reads the storage can make
/// no link of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The token's fingerprint.
    pub token: String,
    /// Who may use it: whoever reads mail at this address.
    pub email: Email,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// When it ends, in Unix seconds.
    pub expires_at: i64,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Purpose {
    /// Somebody has registered; the account is made when the link is followed.
    ///
    /// What was typed waits here and not in an account: otherwise somebody could register with another's address and a
    /// password of their own, and have the account once its owner follows a link of a later try.
    Registration {
        /// The id that the account will have.
        user: String,
        /// The name that was given.
        name: Name,
        /// The team that was given.
        team: Option<Name>,
        /// The password that was given.
        password: PasswordHash,
    },
    /// An admin has made an account; its owner chooses a password.
    Invitation {
        /// The account.
        user: String,
    },
    /// Somebody has forgotten a password.
    Reset {
        /// The account.
        user: String,
    },
}

/// Registrations of one address that are mailed within an hour: more would let anybody fill a stranger's mailbox.
const WAITING: usize = 3;

/// Links that wait at the same time, of all addresses together: each lies in memory for a day.
const ALL_WAITING: usize = 20_000;

/// How long links live, in seconds: a reset is followed at once or never; an invitation may meet a holiday.
const RESET_LIFE: i64 = 3600;
const REGISTRATION_LIFE: i64 = 24 * 3600;
const INVITATION_LIFE: i64 = 7 * 24 * 3600;

/// A reset is mailed once in so many seconds at most, however often it is asked for.
const RESET_PAUSE: i64 = 120;

impl Document for Link {
    const COLLECTION: &'static str = "links";

    fn key(&self) -> String {
        self.token.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("email", self.email.as_str().to_owned())]
    }
}

impl Link {
    /// A link that lives as long as its purpose says.
    pub fn new(token: String, email: Email, now: i64, purpose: Purpose) -> Self {
        let life = match purpose {
            Purpose::Registration { .. } => REGISTRATION_LIFE,
            Purpose::Invitation { .. } => INVITATION_LIFE,
            Purpose::Reset { .. } => RESET_LIFE,
        };
        Self { token, email, created_at: now, expires_at: now + life, purpose }
    }

    /// The link with this token's fingerprint, if it is good still. It stays until it is used up.
    pub fn find(draft: &Draft, token: &str, now: i64) -> Option<Self> {
        let link = draft.get::<Self>(token)?;
        (now < link.expires_at).then(|| link.document.clone())
    }

    /// Take out every link of an address, so that an old mail is of no use to whoever finds it.
    pub fn forget_all(draft: &mut Draft, email: &Email) {
        let all: Vec<String> =
            draft.read().find::<Self>("email", email.as_str()).map(|link| link.token.clone()).collect();
        for token in all {
            draft.delete::<Self>(&token);
        }
    }

    /// Whether another registration of this address may be mailed.
    pub fn may_register(draft: &Draft, email: &Email, now: i64) -> bool {
        let waiting = draft.read().find::<Self>("email", email.as_str());
        let waiting =
            waiting.filter(|link| matches!(link.purpose, Purpose::Registration { .. }) && now - link.created_at < 3600);
        draft.read().count::<Self>() < ALL_WAITING && waiting.count() < WAITING
    }

    /// Whether a reset was mailed to this address a moment ago.
    pub fn was_reset_mailed(draft: &Draft, email: &Email, now: i64) -> bool {
        let mut links = draft.read().find::<Self>("email", email.as_str());
        links.any(|link| matches!(link.purpose, Purpose::Reset { .. }) && now - link.created_at < RESET_PAUSE)
    }
}
