//! A small Socket.IO client: protocol 5 over Engine.IO 4, by websocket alone.
//!
//! One [`Connection`] is one connection: it is opened once, and when it ends it says why and stays ended. Whether, and
//! when, another one is opened is for the caller to say, who knows what it has to catch up with then.
//!
//! Not here, since nobody in this workspace needs it: polling, namespaces beside `/`, binary attachments. A server that
//! sends one of the last two breaks a promise of ours to nobody, so it ends the connection with an error instead of
//! being misread.
//!
//! Read [`packet`] and [`engine`] first, the two layers of what goes over the wire, then the connection itself. The
//! protocols are described in <https://github.com/socketio/socket.io-protocol> and
//! <https://github.com/socketio/engine.io-protocol>.

mod acknowledgements;
mod address;
mod connection;
pub mod engine;
mod error;
mod limits;
mod opening;
pub mod packet;
mod task;

pub use connection::{Connection, Event};
pub use error::{Error, Malformed};
pub use limits::Limits;
