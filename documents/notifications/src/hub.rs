//! What stands behind the door: connections come, say something, and go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chassis::streams::Places;
use engineioxide::handler::EngineIoHandler;
use engineioxide::{DisconnectReason, ProtocolVersion, Str};
use socketio_client::packet::Packet;
use tokio::time::{Instant, sleep};

use crate::audience::Audience;
use crate::connection::{Connection, Socket, SocketExt, Visitor};
use crate::documents::Documents;
use crate::events;
use crate::figures::Figures;
use crate::settings::Settings;
use crate::telling::Teller;

/// How long a client may take to ask for the namespace `/`, which is its first word.
const CONNECT_WITHIN: Duration = Duration::from_secs(30);

/// How often those who do not are looked for, and those who are too far behind.
pub const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// How long the last words to a client may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// All that an event may need.
pub struct Hub {
    /// Knows whose a token is.
    pub documents: Documents,
    /// Who is here.
    pub audience: Audience,
    /// Tells of changes.
    pub teller: Teller,
    /// Places for logins that wait to be checked.
    pub logins: Arc<Places>,
    /// Counts.
    pub figures: Figures,
    /// What was set.
    pub settings: Settings,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub")
    }
}

impl EngineIoHandler for Hub {
    type Data = Connection;

    fn on_connect(self: Arc<Self>, socket: Arc<Socket>) {
        if let Some(visitor) = socket.req_parts.extensions.get::<Arc<Visitor>>() {
            socket.data.entered(Arc::clone(visitor));
            socket.data.state().is_api = visitor.bearer_is_own();
        }
        self.audience.enter(&socket);
        // a client of version 2 does not ask for the namespace `/`: it is in it
        if socket.protocol == ProtocolVersion::V3 {
            socket.data.state().connected = true;
            socket.send(&Packet::Connect(None));
        }
    }

    fn on_disconnect(&self, socket: Arc<Socket>, reason: DisconnectReason) {
        tracing::debug!(id = %socket.id, ?reason, "disconnected");
        socket.data.state().changes = None;
        self.audience.leave(&socket);
    }

    fn on_message(self: &Arc<Self>, message: Str, socket: Arc<Socket>) {
        events::take(self, &socket, &message);
    }

    fn on_binary(self: &Arc<Self>, _: Bytes, socket: Arc<Socket>) {
        events::take_binary(self, &socket);
    }
}

impl Hub {
    /// Send those away who have come in and said nothing, and those who are too far behind.
    pub fn sweep(&self) {
        let now = Instant::now();
        for socket in self.audience.everybody() {
            let silent = {
                let state = socket.data.state();
                !state.connected && state.since.elapsed() > CONNECT_WITHIN
            };
            if silent {
                socket.close(DisconnectReason::TransportClose);
            }
            self.audience.drop_if_behind(&socket, now, &self.figures);
        }
    }

    /// Tell all clients that they must look for another instance, and wait a moment for them to hear it.
    pub async fn close(&self) {
        let all = self.audience.everybody();
        for socket in &all {
            socket.close(DisconnectReason::ClosingServer);
        }
        let gone = Instant::now() + LAST_WORDS;
        while Instant::now() < gone && all.iter().any(|socket| !socket.is_closed()) {
            sleep(Duration::from_millis(10)).await;
        }
        for socket in all {
            socket.cut();
        }
    }
}
