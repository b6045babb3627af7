//! What other services know: whether somebody may lead the work on an incident, and which servers there are.
//!
//! - *Users are down*: nobody is put in command unseen, 503. Taking command oneself needs no question, since the token
//!   says who it is; at night, when much is down, that is the way to go on.
//! - *The inventory is down*: the incident is opened all the same, and says that its servers are not verified. They are
//!   looked up later.

use chassis::ApiError;
use chassis::auth::Role;
use chassis::client::{Peer, PeerAddressError, PeerError, Response};
use chassis::error::Detail;
use chassis::service::Foundation;
use futures_util::future::join_all;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::settings::Settings;

/// Seconds after which a client may try again when a peer is down and says nothing of its own.
const RETRY_AFTER: u32 = 5;

/// The services that this one asks; one that is not set is not asked.
#[derive(Debug, Clone)]
pub struct Peers {
    users: Option<Peer>,
    inventory: Option<Peer>,
}

/// What the inventory knows of some servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Servers {
    /// It has all of them.
    Known,
    /// It does not have these.
    Unknown {
        /// Their ids.
        missing: Vec<i64>,
        /// Whether it could not be asked for all of the others.
        others_unverified: bool,
    },
    /// It could not be asked for all of them.
    Unverified,
}

#[derive(Deserialize)]
struct User {
    role: Role,
}

impl Peers {
    /// The services that the settings name.
    ///
    /// # Errors
    /// When an address is none.
    pub fn of(settings: &Settings, foundation: &Foundation) -> Result<Self, PeerAddressError> {
        let peer = |name: &'static str, url: &Option<String>, token: &Option<_>| {
            let Some(url) = url else { return Ok(None) };
            let mut builder = Peer::builder(name, url.clone()).ids(foundation.ids.clone());
            if let Some(token) = token {
                builder = builder.token(Clone::clone(token));
            }
            let peer = builder.build()?;
            foundation.metrics.watch(&peer);
            Ok(Some(peer))
        };
        let users = peer("users", &settings.users_url, &settings.users_token)?;
        let inventory = peer("inventory", &settings.inventory_url, &None)?;
        Ok(Self { users, inventory })
    }

    /// Go on only if this user may lead the work on an incident.
    ///
    /// # Errors
    /// 400 when there is no such user, or one that may only read; 503 when the users service cannot be asked.
    pub async fn may_command(&self, user: &str) -> Result<(), ApiError> {
        let Some(users) = &self.users else { return Ok(()) };
        let answer = users.get("/api/v1/users").segment(user).send().await;
        let wrong = |message: &'static str| Err(ApiError::invalid(vec![Detail::new("commander", message)]));
        match answer.and_then(Response::found::<User>) {
            Ok(Some(User { role })) if role >= Role::Responder => Ok(()),
            Ok(Some(_)) => wrong("must be a user who is a responder, a manager or an admin"),
            Ok(None) | Err(PeerError::Invalid { .. }) => wrong("must be the id of a user"),
            Err(error) => {
                tracing::warn!(%error, "a commander cannot be checked");
                let message = "The users service cannot be asked who that is, and nothing was changed: try again, or take command yourself";
                Err(ApiError::unavailable(message, retry_after(&error)))
            }
        }
    }

    /// Which of these servers the inventory has: it is asked for all of them at once.
    pub async fn servers(&self, ids: &[i64]) -> Servers {
        if ids.is_empty() {
            return Servers::Known;
        }
        let Some(inventory) = &self.inventory else { return Servers::Unverified };
        let answers = join_all(ids.iter().map(|id| async move {
            let answer = inventory.get("/api/v1/servers").segment(id).send().await;
            answer.and_then(Response::found::<IgnoredAny>).map(|found| found.is_some())
        }));
        let answers = answers.await;
        let missing = ids.iter().zip(&answers).filter(|(_, answer)| matches!(answer, Ok(false)));
        let missing: Vec<i64> = missing.map(|(id, _)| *id).collect();
        if !missing.is_empty() {
            return Servers::Unknown { missing, others_unverified: answers.iter().any(Result::is_err) };
        }
        match answers.into_iter().find_map(Result::err) {
            None => Servers::Known,
            Some(error) => {
                tracing::warn!(%error, "servers of an incident cannot be verified");
                Servers::Unverified
            }
        }
    }

    /// Whether there is an inventory that can be asked.
    pub fn has_inventory(&self) -> bool {
        self.inventory.is_some()
    }
}

fn retry_after(error: &PeerError) -> u32 {
    let seconds =
        error.retry_after().map_or(RETRY_AFTER, |after| u32::try_from(after.as_secs()).unwrap_or(RETRY_AFTER));
    seconds.max(1)
}

impl Servers {
    /// Whether they must be looked up again later.
    ///
    /// # Errors
    /// 400 when some of them do not exist; it names them.
    pub fn unverified(self) -> Result<bool, ApiError> {
        match self {
            Self::Known => Ok(false),
            Self::Unverified => Ok(true),
            Self::Unknown { missing, .. } => {
                let ids: Vec<_> = missing.iter().map(i64::to_string).collect();
                let message = format!("must be servers of the inventory; it does not have {}", ids.join(", "));
                Err(ApiError::invalid(vec![Detail::new("servers", message)]))
            }
        }
    }
}
