//! Sessions begin, are found, go on and end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use chassis::client::{Peer, PeerError};
use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use secrecy::ExposeSecret;
use serde_json::json;
use store::{Store, StoreError};
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio::time::timeout;

use super::kept::FINE;
use super::{Flash, Session, Ticket, Tokens};

/// Sessions at most, at two kilobytes each. Each begins with a right password, so they are as many as people work here; when
/// there are more, the one that was not used for longest goes.
const MOST: usize = 10_000;

/// An access token that ends within so many seconds is not used any more: the call that it is for takes some.
const MARGIN: i64 = 30;

/// How long a session that is not known is waited for: another replica may have begun it a moment ago.
const REPLICA: Duration = Duration::from_millis(300);

/// How many may wait so: a flood of made-up cookies must not hold requests.
const WAITING: usize = 32;

/// How often sessions that have ended are taken out.
const PRUNED: Duration = Duration::from_mins(10);

/// A session that goes on.
#[derive(Clone)]
pub struct Open {
    /// What the browser shows.
    pub ticket: Ticket,
    /// Its tokens.
    pub tokens: Tokens,
}

/// Why there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// There is none, or it has ended.
    Ended,
    /// It may go on: the users service, or the storage, does not answer.
    Unknown,
}

/// All sessions.
pub struct Sessions {
    store: Store,
    users: Peer,
    clock: SharedClock,
    ids: SharedIds,
    /// Whose turn it is to refresh. std's, not tokio's: the map is never held across an await.
    turns: Mutex<HashMap<String, Weak<Turn<()>>>>,
    waiting: Semaphore,
}

impl Sessions {
    /// Those of this store, with tokens of these users.
    pub fn new(store: Store, users: Peer, clock: SharedClock, ids: SharedIds) -> Self {
        Self { store, users, clock, ids, turns: Mutex::default(), waiting: Semaphore::new(WAITING) }
    }

    /// Begin one, always under a new ticket: one that somebody has planted in the browser stays worth nothing.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn begin(&self, tokens: &Tokens) -> Result<Ticket, StoreError> {
        let ticket = Ticket::new(&*self.ids);
        let now = self.clock.unix_seconds();
        let session = Session {
            key: ticket.key(),
            begun_at: now,
            used_at: now,
            tokens: self.sealed(&ticket, tokens),
            flash: None,
        };
        let begin = move |draft: &mut store::Draft| -> Result<(), StoreError> {
            if draft.read().count::<Session>() >= MOST {
                let oldest = draft.read().iter::<Session>().min_by_key(|session| session.used_at);
                if let Some(key) = oldest.map(|session| session.key.clone()) {
                    draft.delete::<Session>(&key);
                }
            }
            draft.put(session.clone());
            Ok(())
        };
        self.store.write(begin).await?;
        Ok(ticket)
    }

    /// The session of this ticket, with an access token that is good for some time.
    ///
    /// # Errors
    /// See [`Lost`].
    pub async fn find(&self, ticket: Ticket) -> Result<Open, Lost> {
        let (session, tokens) = self.kept(&ticket).await.ok_or(Lost::Ended)?;
        let now = self.clock.unix_seconds();
        if tokens.expires_at - now > MARGIN {
            if now - session.used_at >= FINE {
                self.touch(&ticket, now).await;
            }
            return Ok(Open { ticket, tokens });
        }
        self.refresh(ticket).await
    }

    async fn kept(&self, ticket: &Ticket) -> Option<(Session, Tokens)> {
        let key = ticket.key();
        let look = || {
            let session = self.store.read().get::<Session>(&key)?.document.clone();
            session.goes_on(self.clock.unix_seconds()).then_some(session)
        };
        let session = match look() {
            Some(session) => session,
            None => self.wait_for(look).await?,
        };
        let tokens = ticket.seal().open(&session.tokens, &session.key).ok()?;
        Some((session, Tokens::of_bytes(&tokens)?))
    }

    async fn wait_for(&self, look: impl Fn() -> Option<Session>) -> Option<Session> {
        let _place = self.waiting.try_acquire().ok()?;
        let mut changed = self.store.changed();
        let seen = async {
            loop {
                if let Some(session) = look() {
                    return Some(session);
                }
                changed.changed().await.ok()?;
            }
        };
        timeout(REPLICA, seen).await.ok()?
    }

    async fn touch(&self, ticket: &Ticket, now: i64) {
        let key = ticket.key();
        let touch = move |draft: &mut store::Draft| -> Result<(), StoreError> {
            if let Some(session) = draft.get::<Session>(&key) {
                draft.put(Session { used_at: now, ..session.document.clone() });
            }
            Ok(())
        };
        if let Err(error) = self.store.write(touch).await {
            tracing::warn!(%error, "that a session was used could not be written down");
        }
    }

    /// Get the next tokens: one at a time for each session, and whoever comes meanwhile takes what the first one got. A
    /// refresh token that is used twice ends the session. Between two replicas the users service's own grace of ten seconds
    /// does the same: both are given the same token.
    async fn refresh(&self, ticket: Ticket) -> Result<Open, Lost> {
        let turn = self.turn(&ticket.key());
        let _mine = turn.lock().await;
        let (_, tokens) = self.kept(&ticket).await.ok_or(Lost::Ended)?;
        let now = self.clock.unix_seconds();
        if tokens.expires_at - now > MARGIN {
            return Ok(Open { ticket, tokens });
        }
        // the next token could not be written down, and this one would be used up
        if !self.store.is_reachable() {
            return Err(Lost::Unknown);
        }
        let body = json!({"refresh_token": tokens.refresh.expose_secret()});
        // may be repeated: for ten seconds the token before is answered with the same next one
        let answer = self.users.post("/api/v1/auth/refresh").json(&body).idempotent().send().await;
        let next = match answer.and_then(chassis::client::Response::ok) {
            Ok(response) => Tokens::of(&response).ok_or(Lost::Unknown)?,
            Err(PeerError::Refused { status, .. }) if status.as_u16() == 401 => {
                self.forget(&ticket).await;
                return Err(Lost::Ended);
            }
            Err(error) => {
                tracing::warn!(%error, "a session could not be refreshed");
                return Err(Lost::Unknown);
            }
        };
        self.write_down(&ticket, &next, now).await?;
        Ok(Open { ticket, tokens: next })
    }

    async fn write_down(&self, ticket: &Ticket, next: &Tokens, now: i64) -> Result<(), Lost> {
        let (key, sealed) = (ticket.key(), self.sealed(ticket, next));
        let write = move |draft: &mut store::Draft| -> Result<bool, StoreError> {
            // who signed out meanwhile stays signed out
            let Some(session) = draft.get::<Session>(&key) else { return Ok(false) };
            draft.put(Session { tokens: sealed.clone(), used_at: now, ..session.document.clone() });
            Ok(true)
        };
        match self.store.write(write).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Lost::Ended),
            Err(error) => {
                tracing::warn!(%error, "the tokens of a session could not be written down");
                Err(Lost::Unknown)
            }
        }
    }

    fn turn(&self, key: &str) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::new(()));
        turns.insert(key.to_owned(), Arc::downgrade(&turn));
        turn
    }

    /// End a session, here and at the users service. When that does not answer, it ends here: its tokens are thrown away.
    ///
    /// # Errors
    /// When it could not be taken out: it goes on.
    pub async fn end(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let kept = self.kept(ticket).await;
        let key = ticket.key();
        let delete = move |draft: &mut store::Draft| Ok::<_, StoreError>(draft.delete::<Session>(&key));
        self.store.write(delete).await?;
        if let Some((_, tokens)) = kept {
            let body = json!({"refresh_token": tokens.refresh.expose_secret()});
            let ended = self.users.post("/api/v1/auth/logout").json(&body).send().await;
            if let Err(error) = ended.and_then(chassis::client::Response::ok) {
                tracing::warn!(%error, "the users service was not told that a session has ended");
            }
        }
        Ok(())
    }

    /// Forget a session that has ended at the users service.
    pub async fn forget(&self, ticket: &Ticket) {
        let key = ticket.key();
        let delete = move |draft: &mut store::Draft| Ok::<_, StoreError>(draft.delete::<Session>(&key));
        if let Err(error) = self.store.write(delete).await {
            tracing::warn!(%error, "a session that has ended could not be taken out yet");
        }
    }

    /// Have this said on the next page. When it cannot be kept, it is not said.
    pub async fn say(&self, ticket: &Ticket, flash: &Flash) {
        let text = serde_json::to_vec(flash).expect("plain data");
        self.set_flash(ticket, Some(ticket.seal().seal(&text, &ticket.key(), &*self.ids))).await;
    }

    /// What is to be said, once.
    pub async fn heard(&self, ticket: &Ticket) -> Option<Flash> {
        let sealed = self.store.read().get::<Session>(&ticket.key())?.flash.clone()?;
        self.set_flash(ticket, None).await;
        serde_json::from_slice(&ticket.seal().open(&sealed, &ticket.key()).ok()?).ok()
    }

    async fn set_flash(&self, ticket: &Ticket, flash: Option<String>) {
        let key = ticket.key();
        let set = move |draft: &mut store::Draft| -> Result<(), StoreError> {
            if let Some(session) = draft.get::<Session>(&key) {
                draft.put(Session { flash: flash.clone(), ..session.document.clone() });
            }
            Ok(())
        };
        if let Err(error) = self.store.write(set).await {
            tracing::warn!(%error, "what was done is not said");
        }
    }

    fn sealed(&self, ticket: &Ticket, tokens: &Tokens) -> String {
        ticket.seal().seal(&tokens.to_bytes(), &ticket.key(), &*self.ids)
    }
}

/// Take out what has ended, for as long as the service runs.
pub async fn prune(store: Store, clock: SharedClock) {
    let mut ticks = chassis::tasks::every(PRUNED);
    loop {
        ticks.tick().await;
        let now = clock.unix_seconds();
        let ended: Vec<String> = {
            let snapshot = store.read();
            let ended = snapshot.iter::<Session>().filter(|session| !session.goes_on(now));
            ended.map(|session| session.key.clone()).collect()
        };
        for keys in ended.chunks(500) {
            let keys = keys.to_vec();
            let prune = move |draft: &mut store::Draft| -> Result<(), StoreError> {
                for key in &keys {
                    // it may have been used meanwhile
                    if draft.get::<Session>(key).is_some_and(|session| !session.goes_on(now)) {
                        draft.delete::<Session>(key);
                    }
                }
                Ok(())
            };
            if let Err(error) = store.write(prune).await {
                tracing::warn!(%error, "sessions that have ended could not be taken out yet");
            }
        }
    }
}
