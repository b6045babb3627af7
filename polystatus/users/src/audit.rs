//! Who did what to which account, when: a log that only grows.

use chassis::auth::Caller;
use serde::{Deserialize, Serialize};
use store::Draft;
use utoipa::ToSchema;

/// The log's name in the store.
pub const LOG: &str = "audit";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The first admin was made, at the first start.
    FirstAdminMade,
    /// Somebody registered.
    Registered,
    /// Somebody registered with the address of an account that is there.
    RegisteredAgain,
    /// Somebody registered with an address for which several links wait already: nothing was mailed.
    RegistrationIgnored,
    /// The link of a registration was followed: the account is there.
    Verified,
    /// An admin made an account.
    Invited,
    /// Name, role, team or state were changed; the detail says which.
    Changed,
    /// The account was deleted.
    Deleted,
    /// A login.
    LoggedIn,
    /// A session was ended.
    LoggedOut,
    /// All sessions, or all others, were ended.
    LoggedOutEverywhere,
    /// A refresh token was used a second time: the session was ended.
    TokenReused,
    /// A link for a new password was mailed.
    PasswordResetRequested,
    /// A password was chosen, by the link of a mail.
    PasswordReset,
    /// A password was changed by its owner.
    PasswordChanged,
    /// A second factor was set up.
    SecondFactorAdded,
    /// The second factor was taken away.
    SecondFactorRemoved,
    /// A recovery code was used up.
    RecoveryCodeUsed,
}

/// An entry, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When, in Unix seconds.
    pub at: i64,
    /// Who: a user's id, `api-token`, `nobody` for a stranger, or `service`.
    pub actor: String,
    /// What.
    pub action: Action,
    /// To which account.
    pub user: String,
    /// More of it, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The network that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

/// Who acts, when, from where: the same for all that one request does.
#[derive(Debug, Clone)]
pub struct Actor {
    /// When, in Unix seconds.
    pub at: i64,
    /// Who.
    pub who: String,
    /// The network that the request came from.
    pub network: Option<String>,
}

impl Actor {
    /// The service itself.
    pub fn service(at: i64) -> Self {
        Self { at, who: "service".to_owned(), network: None }
    }

    /// Somebody who is logged in, or not.
    pub fn of(caller: Option<&Caller>, at: i64, network: String) -> Self {
        let who = caller.map_or_else(|| "nobody".to_owned(), |caller| caller.subject.clone());
        Self { at, who, network: Some(network) }
    }

    /// The same request, now that it is known whose it is.
    #[must_use]
    pub fn known_as(mut self, user: &str) -> Self {
        user.clone_into(&mut self.who);
        self
    }

    /// Write down what was done, in the same step as it is done.
    pub fn did(&self, draft: &mut Draft, action: Action, user: &str, detail: Option<String>) {
        let Self { at, who, network } = self.clone();
        draft.append(LOG, &Record { at, actor: who, action, user: user.to_owned(), detail, network });
    }
}
