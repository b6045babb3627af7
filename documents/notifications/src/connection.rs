//! What is known of one connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use chassis::ApiError;
use chassis::auth::{Authenticator, Caller, TokenVerifier};
use chassis::origin::Origin;
use chassis::streams::Place;
use engineioxide::{Socket as EngineSocket, Str, TransportType};
use socketio_client::packet::Packet;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use crate::account::Account;
use crate::allowance::Allowance;
use crate::backlog::{Backlog, Behind, Bounds};
use crate::change::{Change, FileEvent};
use crate::door::Wire;
use crate::events::Held;

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
    /// Under what it is counted.
    pub origin: Origin,
    /// Bytes that it has taken.
    pub taken: Arc<AtomicU64>,
    /// Taken by the one request that brings something: a client that polls sends one after the other.
    pub posting: tokio::sync::Mutex<()>,
}

impl Visitor {
    /// Whether this is our own token.
    pub fn is_own_token(&self, token: &str) -> bool {
        // not the tokens of the users service, which the authenticator may know as well: those are people
        self.authenticator.verify(token).is_ok_and(|caller| caller == Caller::api_token())
    }

    /// Whether it has shown our own token in its header.
    pub fn bearer_is_own(&self) -> bool {
        self.bearer.as_deref().is_some_and(|token| self.is_own_token(token))
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
    backlog: Mutex<Backlog>,
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
    /// It is being sent away.
    pub parting: bool,
    /// How many events it may still send.
    pub allowance: Allowance,
    /// How often it was refused for a fault of its own.
    pub refusals: u32,
    /// Logins that wait to be checked.
    pub logins: usize,
    /// Attachments that are still to come of an event that was refused.
    pub attachments: usize,
    /// Changes that wait to be told, in the order in which they came.
    pub changes: Option<Sender<Received>>,
    /// A change that was refused before it came to wait, and must come again before others.
    pub held: Held,
}

impl Default for State {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            connected: false,
            is_api: false,
            account: None,
            parting: false,
            allowance: Allowance::default(),
            refusals: 0,
            logins: 0,
            attachments: 0,
            changes: None,
            held: Held::default(),
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

    fn backlog(&self) -> MutexGuard<'_, Backlog> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn taken(&self) -> u64 {
        self.visitor().map_or(0, |visitor| visitor.taken.load(Ordering::Relaxed))
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
    /// Send an encoded packet, without the engine's own character before it.
    ///
    /// # Errors
    /// When there is no room for it, or the client has gone.
    fn push(&self, packet: &Str, now: Instant) -> Result<(), TrySendError<()>>;
    /// Whether the client is too far behind.
    fn behind(&self, bounds: Bounds, now: Instant) -> Option<Behind>;
    /// End it at once, whatever waits for the client.
    fn cut(&self);
}

impl SocketExt for Socket {
    fn send(&self, packet: &Packet) -> bool {
        let mut text = packet.encode();
        // the engine writes its own character before each message
        text.remove(0);
        match self.push(&Str::from(text), Instant::now()) {
            Ok(()) => true,
            // who has gone is not slow
            Err(error) => matches!(error, TrySendError::Closed(())),
        }
    }

    fn push(&self, packet: &Str, now: Instant) -> Result<(), TrySendError<()>> {
        // one place stays free for a heart-beat: without it, the engine takes a client for dead that is only behind
        let spare = self.reserve()?;
        self.reserve()?.emit(packet.clone());
        drop(spare);
        let on_the_wire = match self.transport_type() {
            TransportType::Websocket => frame(packet.len() as u64 + 1),
            TransportType::Polling => packet.len() as u64 + 1,
        };
        self.data.backlog().send(on_the_wire, self.data.taken(), now);
        Ok(())
    }

    fn behind(&self, bounds: Bounds, now: Instant) -> Option<Behind> {
        self.data.backlog().behind(bounds, self.data.taken(), now)
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

/// Bytes of a websocket's frame with so many in it (RFC 6455, 5.2).
const fn frame(payload: u64) -> u64 {
    payload
        + match payload {
            0..126 => 2,
            126..65_536 => 4,
            _ => 10,
        }
}
