//! From an address to a connection that the server agrees to.

use std::sync::{Arc, Once};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::address::websocket;
use crate::engine::{Engine, Open};
use crate::error::{Error, Malformed};
use crate::limits::Limits;
use crate::packet::Packet;

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Bytes that are read and written at once; the library takes 128 KiB for each direction of each connection.
const BUFFER: usize = 16 * 1024;

/// Open a websocket, and be let in.
pub(crate) async fn open(url: &str, auth: Option<Value>, limits: &Limits) -> Result<(Socket, Open), Error> {
    let url = websocket(url)?;
    timeout(limits.opening, within(&url, auth, limits)).await.unwrap_or(Err(Error::TooSlow(limits.opening)))
}

async fn within(url: &str, auth: Option<Value>, limits: &Limits) -> Result<(Socket, Open), Error> {
    choose_provider();
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes));
    // small messages are not to wait for one another (Nagle's algorithm is switched off)
    let connected = connect_async_with_config(url, Some(config), true).await;
    let (mut socket, _) = connected.map_err(|error| Error::Unreachable(Arc::new(error)))?;
    let first = text(&mut socket).await?;
    let Engine::Open(open) = Engine::parse(&first)? else { return Err(Malformed::OutOfTurn.into()) };
    send(&mut socket, Packet::Connect(auth).encode()).await?;
    loop {
        let message = text(&mut socket).await?;
        match Engine::parse(&message)? {
            Engine::Message(packet) => match Packet::parse(packet)? {
                Packet::Connect(_) => return Ok((socket, open)),
                Packet::ConnectError(refusal) => {
                    return Err(Error::Refused { message: refusal.message, data: refusal.data });
                }
                Packet::Disconnect => return Err(Error::Disconnected),
                Packet::Event { .. } | Packet::Ack { .. } => return Err(Malformed::OutOfTurn.into()),
            },
            Engine::Ping(payload) => send(&mut socket, format!("3{payload}")).await?,
            Engine::Close => return Err(Error::Disconnected),
            Engine::Pong(_) | Engine::Nothing => {}
            Engine::Open(_) => return Err(Malformed::OutOfTurn.into()),
        }
    }
}

async fn send(socket: &mut Socket, text: String) -> Result<(), Error> {
    socket.send(Message::text(text)).await.map_err(Error::lost)
}

/// The next message that says something.
async fn text(socket: &mut Socket) -> Result<tungstenite::Utf8Bytes, Error> {
    loop {
        if let Some(text) = text_of(socket.next().await)? {
            return Ok(text);
        }
    }
}

/// What a message of the websocket says; nothing, when it is for the websocket alone.
pub(crate) fn text_of(
    read: Option<Result<Message, tungstenite::Error>>,
) -> Result<Option<tungstenite::Utf8Bytes>, Error> {
    match read.ok_or(Error::Disconnected)?.map_err(Error::lost)? {
        Message::Text(text) => Ok(Some(text)),
        Message::Binary(_) => Err(Malformed::Binary.into()),
        Message::Close(_) => Err(Error::Disconnected),
        // pings are answered by the library
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
    }
}

/// TLS by ring, as everywhere: no default of the library brings a provider.
fn choose_provider() {
    static ONCE: Once = Once::new();
    // an error says that one is chosen already, which is as good
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}
