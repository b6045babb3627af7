//! What is known of one connection.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use chassis::ApiError;
use chassis::auth::{Authenticator, Caller, TokenVerifier};
use chassis::streams::Place;
use engineioxide::Socket as EngineSocket;
use socketio_client::packet::Packet;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use crate::account::Account;
use crate::allowance::Allowance;
use crate::change::{Change, FileEvent};
use crate::door::Wire;

/// A connection, as the engine holds it.
pub type Socket = EngineSocket<Connection>;

/// How it came in: made at the door, before the engine knows of it.
pub struct Visitor {
    /// The token of its `Authorization` header.
    pub bearer: Option<String>,
    /// Knows our own token.
    pub authenticator: Arc<Authenticator>,
    /// Its websocket, once there is one: to end it while the engine waits for the client to read.
    pub wire: Mutex<Weak<Wire>>,
    /// Free for another when it has gone.
    pub place: Place,
}

impl Visitor {
    /// Whether this is our own token.
    pub fn is_own_token(&self, token: &str) -> bool {
        // not the tokens of the users service, which the authenticator may know as well: those are people
        self.authenticator.verify(token).is_ok_and(|caller| caller == Caller::api_token())
    }

    /// It speaks over this websocket from now on.
    ///
    /// # Errors
    /// When it has one already.
    pub fn has_websocket(&self, wire: &Arc<Wire>) -> Result<(), ApiError> {
        let mut held = self.held();
        if held.strong_count() > 0 {
            return Err(ApiError::bad_request("This connection has a websocket already"));
        }
        *held = Arc::downgrade(wire);
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Weak<Wire>> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of it beyond the engine's own knowledge.
#[derive(Default)]
pub struct Connection {
    visitor: OnceLock<Arc<Visitor>>,
    state: Mutex<State>,
    /// Taken by whoever checks a token for it: one after the other, in the order in which they came.
    pub turn: tokio::sync::Mutex<()>,
}

/// What changes while it lasts.
pub struct State {
    /// When it came.
    pub since: Instant,
    /// It is in the namespace `/`: before, it has nothing to say.
    pub connected: bool,
    /// It has shown our own token, and may tell of changes.
    pub is_api: bool,
    /// The login that it listens with.
    pub account: Option<Arc<Account>>,
    /// How many events it may still send.
    pub allowance: Allowance,
    /// How often it was refused for a fault of its own.
    pub refusals: u32,
    /// Changes that wait to be told, in the order in which they came.
    pub changes: Option<Sender<Received>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            connected: false,
            is_api: false,
            account: None,
            allowance: Allowance::default(),
            refusals: 0,
            changes: None,
        }
    }
}

/// A change that was received, and the number under which an acknowledgement is wanted.
pub struct Received {
    /// What has happened.
    pub event: FileEvent,
    /// To which file.
    pub change: Change,
    /// The number.
    pub id: Option<u64>,
}

/// The kinds of connections, for the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Has shown nothing yet.
    Stranger,
    /// Hears of its own files.
    User,
    /// Hears of all files.
    Admin,
    /// Tells of changes.
    Api,
}

impl Connection {
    /// What changes.
    pub fn state(&self) -> MutexGuard<'_, State> {
        // never held across an await, and whoever panicked has left it whole
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it came in.
    pub fn visitor(&self) -> Option<&Arc<Visitor>> {
        self.visitor.get()
    }

    /// It has come in like this.
    pub fn entered(&self, visitor: Arc<Visitor>) {
        // the engine tells of each connection once
        let _ = self.visitor.set(visitor);
    }
}

/// What is done with a connection beyond what the engine offers.
pub trait SocketExt {
    /// Send a packet; false when there is no room for it.
    fn send(&self, packet: &Packet) -> bool;
    /// End it at once, whatever waits for the client.
    fn cut(&self);
}

impl SocketExt for Socket {
    fn send(&self, packet: &Packet) -> bool {
        let mut text = packet.encode();
        // the engine writes its own character before each message
        text.remove(0);
        match self.emit(text) {
            Ok(()) => true,
            // who has gone is not slow
            Err(error) => matches!(error, TrySendError::Closed(_)),
        }
    }

    fn cut(&self) {
        self.close(engineioxide::DisconnectReason::TransportError);
        if let Some(visitor) = self.data.visitor()
            && let Some(wire) = visitor.held().upgrade()
        {
            wire.cut();
        }
    }
}
