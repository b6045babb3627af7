//! Why a connection could not be had, or is no more.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio_tungstenite::tungstenite;

/// Why something failed. It can be cloned: all who wait for a connection are told the same when it ends.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The address cannot be one of a server.
    #[error("{0:?} is no address of a Socket.IO server: it must be as in http://127.0.0.1:7001")]
    Address(String),
    /// No websocket could be opened.
    #[error("no connection: {0}")]
    Unreachable(#[source] Arc<tungstenite::Error>),
    /// The server took too long to agree.
    #[error("the server has not answered within {0:?}")]
    TooSlow(Duration),
    /// The server does not want us (`CONNECT_ERROR`).
    #[error("the server refuses the connection: {message}")]
    Refused {
        /// Its reason.
        message: String,
        /// What it says beside that.
        data: Option<Value>,
    },
    /// No heart-beat for as long as the server itself said to be too long. Its process may hang, or the network be cut.
    #[error("the server has been silent for {0:?}")]
    Silent(Duration),
    /// The server has ended the connection.
    #[error("the server has ended the connection")]
    Disconnected,
    /// The network has ended the connection, or a message was larger than is allowed.
    #[error("the connection is lost: {0}")]
    Lost(#[source] Arc<tungstenite::Error>),
    /// The server has sent what the protocol does not know.
    #[error("the server does not keep to the protocol: {0}")]
    Protocol(#[from] Malformed),
    /// The reader was too slow.
    #[error("more than {0} events wait to be read")]
    Unread(usize),
    /// This message was not sent, since too many wait for the network. The connection goes on.
    #[error("more than {0} messages wait to be sent")]
    Unsent(usize),
    /// This message was not sent, since the server would end the connection for it. The connection goes on.
    #[error("a message of {bytes} bytes is too large: the server takes {limit}")]
    TooLarge {
        /// What it has.
        bytes: usize,
        /// What it may have.
        limit: usize,
    },
    /// We have closed it.
    #[error("the connection was closed")]
    Closed,
}

impl Error {
    pub(crate) fn lost(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => Self::Disconnected,
            error => Self::Lost(Arc::new(error)),
        }
    }
}

/// What is wrong with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It has nothing in it.
    #[error("an empty packet")]
    Empty,
    /// Its first character is not one of the known ones.
    #[error("a packet of an unknown kind")]
    Kind,
    /// It belongs to a namespace that we are not in.
    #[error("a packet for another namespace")]
    Namespace,
    /// The number of its acknowledgement is missing, or no number.
    #[error("a packet with a wrong acknowledgement")]
    Acknowledgement,
    /// It is not the JSON that its kind wants.
    #[error("a packet with a wrong payload")]
    Payload,
    /// It has binary attachments, which this client does not take.
    #[error("a binary packet")]
    Binary,
    /// It is a good packet that must not come at this moment.
    #[error("a packet out of turn")]
    OutOfTurn,
}
