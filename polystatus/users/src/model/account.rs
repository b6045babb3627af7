//! Accounts.

use chassis::auth::Role;
use serde::{Deserialize, Serialize};
use store::Document;
use utoipa::ToSchema;

use super::{Email, Name, PasswordHash, SecondFactor};

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id, 128 random bits: it tells neither how many there are nor which are near.
    pub id: String,
    /// Whose it is.
    pub name: Name,
    /// Where mail reaches its owner; no two accounts have the same.
    pub email: Email,
    /// What its owner may do.
    pub role: Role,
    /// The team that its owner works in.
    pub team: Option<Name>,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// When its name, role, team or state last changed, in Unix seconds.
    pub updated_at: i64,
    /// Since when nobody can log in with it, in Unix seconds.
    #[serde(default)]
    pub disabled_at: Option<i64>,
    /// None: its owner was invited and has not chosen one.
    #[serde(default)]
    pub password: Option<PasswordHash>,
    /// The second factor, if its owner has one.
    #[serde(default)]
    pub second_factor: Option<SecondFactor>,
    /// When the owner was last written to because somebody tried to register with this address, in Unix seconds.
    #[serde(default)]
    pub warned_at: i64,
}

impl Document for Account {
    const COLLECTION: &'static str = "users";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        // by which the last admin is known
        let role = if self.may_log_in() { word(self.role) } else { "nobody" };
        vec![("active", role.to_owned())]
    }
}

/// The name of a role, as JSON has it.
pub const fn word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Responder => "responder",
        Role::Manager => "manager",
        Role::Admin => "admin",
    }
}

/// Whose an address is: a document whose key is the unique thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EmailTaken {
    /// The address.
    pub email: Email,
    /// The account's id.
    pub user: String,
}

impl Document for EmailTaken {
    const COLLECTION: &'static str = "emails";

    fn key(&self) -> String {
        self.email.as_str().to_owned()
    }
}

/// How far an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Somebody has registered, and has not followed the link that was mailed.
    Pending,
    /// Its owner has a link to choose a password with.
    Invited,
    /// In use.
    Active,
    /// Nobody can log in with it.
    Disabled,
}

impl Account {
    /// How far it is.
    pub const fn status(&self) -> Status {
        match (&self.disabled_at, &self.password) {
            (Some(_), _) => Status::Disabled,
            (None, None) => Status::Invited,
            (None, Some(_)) => Status::Active,
        }
    }

    /// Whether its owner can log in.
    pub const fn may_log_in(&self) -> bool {
        matches!(self.status(), Status::Active)
    }

    /// The second factor, if it is in use.
    pub fn confirmed_factor(&self) -> Option<&SecondFactor> {
        self.second_factor.as_ref().filter(|factor| factor.is_confirmed())
    }
}

/// A user, as clients see one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    /// The user's id.
    #[schema(example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")]
    pub id: String,
    /// Who it is.
    #[schema(example = "Zoé Martin")]
    pub name: String,
    /// Where mail reaches the user.
    #[schema(example = "zoe@example.org")]
    pub email: String,
    /// What the user may do. Each role contains those before it.
    pub role: Role,
    /// The team that the user works in.
    #[schema(example = "network")]
    pub team: Option<String>,
    /// When the account was made, in Unix seconds.
    #[schema(example = 1_795_375_836)]
    pub created_at: i64,
    /// When the account last changed, in Unix seconds.
    #[schema(example = 1_795_375_836)]
    pub updated_at: i64,
    /// How far the account is.
    pub status: Status,
    /// Whether logging in takes a second factor.
    pub second_factor: bool,
}

impl From<&Account> for User {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.clone(),
            name: account.name.to_string(),
            email: account.email.to_string(),
            role: account.role,
            team: account.team.as_ref().map(Name::to_string),
            created_at: account.created_at,
            updated_at: account.updated_at,
            status: account.status(),
            second_factor: account.confirmed_factor().is_some(),
        }
    }
}
