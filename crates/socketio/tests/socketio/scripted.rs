//! A server that says what a test wants it to say, right or wrong.

use std::net::Ipv4Addr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// Heart-beats that come after the test, if ever.
pub const OPEN: &str = r#"0{"sid":"x","upgrades":[],"pingInterval":60000,"pingTimeout":60000,"maxPayload":1000}"#;

/// It listens, and does to one client what it was told to. It ends when it is dropped.
pub struct Scripted {
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accept a connection, and do this with it.
pub async fn with_socket<F: Future<Output = ()> + Send>(
    script: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> Scripted {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        script(socket).await;
    });
    Scripted { url, task }
}

/// Open a websocket, say this, one message after another, and then nothing more; all that comes is read.
pub async fn saying(messages: impl IntoIterator<Item = impl Into<String>>) -> Scripted {
    let messages: Vec<Message> = messages.into_iter().map(|text| Message::text(text.into())).collect();
    with_socket(async move |socket| {
        let mut socket = accept_async(socket).await.unwrap();
        for message in messages {
            // the client may have had enough
            let _ = socket.send(message).await;
        }
        read_all(&mut socket).await;
    })
    .await
}

async fn read_all(socket: &mut WebSocketStream<TcpStream>) {
    while let Some(Ok(_)) = socket.next().await {}
}
