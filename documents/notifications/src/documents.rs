//! The documents API, of which one thing is asked: whose token is it?

use std::time::Duration;

use chassis::client::{Peer, PeerAddressError, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Semaphore;

/// Questions under way at once: when the API is back, a thousand clients are back with it.
const QUESTIONS: usize = 16;

/// Bytes of a token at most; those of the API have some fifty.
const LONGEST_TOKEN: usize = 4096;

/// Asks whose tokens are.
pub struct Documents {
    peer: Peer,
    questions: Semaphore,
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// The user; none for who is an admin without being a user.
    pub user_id: Option<u64>,
    /// What it logs in with.
    pub login: Option<String>,
    /// Whether it sees every file.
    pub admin: bool,
}

/// Why nobody is known by a token.
#[derive(Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is nobody's, or no longer.
    Nobody,
    /// It cannot be asked now; it may be known when to ask again.
    NotNow(Option<Duration>),
}

impl Documents {
    /// The API at this address.
    ///
    /// # Errors
    /// When it is no address.
    pub fn at(url: &str) -> Result<Self, PeerAddressError> {
        Ok(Self { peer: Peer::builder("documents", url).build()?, questions: Semaphore::new(QUESTIONS) })
    }

    /// The way to it, for the figures.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// [`Unknown`].
    pub async fn whose(&self, token: &SecretString) -> Result<Person, Unknown> {
        let text = token.expose_secret();
        // as it must look to be in a header
        if text.is_empty() || text.len() > LONGEST_TOKEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Unknown::Nobody);
        }
        let _turn = self.questions.acquire().await.expect("it is never closed");
        let answer = self.peer.get("/api/v1/me").bearer(token).send().await;
        let person = answer.and_then(|answer| match answer.status() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Ok(None),
            _ => answer.json::<Person>().map(Some),
        });
        match person {
            Ok(Some(person)) if person.admin || person.user_id.is_some() => Ok(person),
            Ok(_) => Err(Unknown::Nobody),
            Err(error) => {
                tracing::warn!(%error, "cannot ask whose a token is");
                Err(Unknown::NotNow(error.retry_after()))
            }
        }
    }
}
