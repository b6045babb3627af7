//! What others are told: events, among them the mails that are to be sent.
//!
//! This service sends no mail. An event holds all that the mail needs, also the token of its link: it reaches whoever
//! may read the broker's queues, as the mail itself reaches whoever may read the mailbox.

use chassis::clock::Clock;
use chassis::ids::Ids;
use events::{Event, Malformed};
use serde_json::{Value, json};
use store::Draft;

use crate::model::{Account, Email, Name, word};
use crate::secrets::new_id;

const SOURCE: &str = "/polystatus/users";

/// Kinds of events.
pub mod kind {
    /// Somebody has registered: mail the link.
    pub const REGISTERED: &str = "polystatus.user.registered";
    /// Somebody has registered with the address of an account: tell its owner.
    pub const REGISTERED_AGAIN: &str = "polystatus.user.registered-again";
    /// An admin has made an account: mail the link.
    pub const INVITED: &str = "polystatus.user.invited";
    /// An account is there.
    pub const VERIFIED: &str = "polystatus.user.verified";
    /// Somebody has forgotten a password: mail the link.
    pub const PASSWORD_RESET_REQUESTED: &str = "polystatus.user.password-reset-requested";
    /// A password was changed: tell its owner.
    pub const PASSWORD_CHANGED: &str = "polystatus.user.password-changed";
    /// A second factor was added or taken away: tell its owner.
    pub const SECOND_FACTOR_CHANGED: &str = "polystatus.user.second-factor-changed";
    /// Somebody's role is another.
    pub const ROLE_CHANGED: &str = "polystatus.user.role-changed";
    /// An account is gone.
    pub const DELETED: &str = "polystatus.user.deleted";
}

/// The mails among them: what a service that mails listens to.
pub const MAILS: [&str; 6] = [
    kind::REGISTERED,
    kind::REGISTERED_AGAIN,
    kind::INVITED,
    kind::PASSWORD_RESET_REQUESTED,
    kind::PASSWORD_CHANGED,
    kind::SECOND_FACTOR_CHANGED,
];

/// Print a mail's event to the terminal: for trying the service without one that mails.
pub fn print(event: &Event) -> Result<(), Malformed> {
    let data: Value = event.data()?;
    // to the terminal, not to the log: its token opens an account
    eprintln!("\n  To be mailed: {}\n  {data}\n", event.kind());
    Ok(())
}

/// An event that is going to be said, if the write wants it: its id and its time are made before, since the write may
/// run twice.
#[derive(Debug, Clone)]
pub struct News {
    id: String,
    time: i64,
}

impl News {
    /// News of now.
    pub fn of_now(ids: &dyn Ids, clock: &dyn Clock) -> Self {
        Self { id: new_id(ids), time: clock.unix_seconds() }
    }

    /// Say it, if the write is committed.
    pub fn say(&self, draft: &mut Draft, kind: &str, user: &str, data: &Value) {
        let event = Event::recorded(self.id.clone(), self.time, SOURCE, kind, user, data);
        draft.emit(event.to_json());
    }
}

/// What a mail with a link needs.
pub fn mail_with_link(email: &Email, name: &Name, token: &str, expires_at: i64) -> Value {
    json!({"email": email, "name": name, "token": token, "expires_at": expires_at})
}

/// What a mail without a link needs.
pub fn mail(account: &Account) -> Value {
    json!({"email": account.email, "name": account.name})
}

/// What others need to know of an account.
pub fn card(account: &Account) -> Value {
    json!({"email": account.email, "name": account.name, "role": word(account.role), "team": account.team})
}
