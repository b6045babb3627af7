//! A connection without a client in between: what a well-behaved one would never send.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::answer::Answer;

/// The longest that the service lets anyone hold a connection with a request: 30 s for a body, and some for a busy
/// machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A connection to a service.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What came and was not taken yet.
    received: Vec<u8>,
}

impl Connection {
    /// Connect.
    ///
    /// # Panics
    /// When nobody listens there.
    pub async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await;
        let stream = stream.unwrap_or_else(|error| panic!("cannot connect to {address}: {error}"));
        Self { stream, received: Vec::new() }
    }

    /// Send this; whether the service still took it.
    ///
    /// # Panics
    /// When it neither reads nor closes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        timeout(PATIENCE, self.stream.write_all(bytes.as_ref())).await.expect("the service reads or closes").is_ok()
    }

    /// Whether something came that was not taken yet, or the connection was closed. Does not wait.
    pub async fn has_received(&mut self) -> bool {
        let read = timeout(Duration::from_millis(1), self.stream.read_buf(&mut self.received)).await;
        read.is_ok() || !self.received.is_empty()
    }

    /// The next answer; `None` when the connection was closed instead.
    ///
    /// # Panics
    /// When neither comes.
    pub async fn answer(&mut self) -> Option<Answer> {
        let received = async {
            loop {
                if let Some((answer, length)) = parse(&self.received) {
                    self.received.drain(..length);
                    return Some(answer);
                }
                // a reset is an end too
                if self.stream.read_buf(&mut self.received).await.unwrap_or(0) == 0 {
                    return None;
                }
            }
        };
        timeout(PATIENCE, received).await.expect("the service answers or closes")
    }

    /// All that comes until the service closes the connection.
    ///
    /// # Panics
    /// When it does not.
    pub async fn rest(mut self) -> String {
        assert!(self.is_closed().await, "the service does not close the connection");
        String::from_utf8(self.received).expect("our answers are UTF-8")
    }

    /// Whether the service closes the connection, whatever it sends before.
    pub async fn is_closed(&mut self) -> bool {
        let end = async { while self.stream.read_buf(&mut self.received).await.unwrap_or(0) > 0 {} };
        timeout(PATIENCE, end).await.is_ok()
    }
}

/// Send this over a new connection, and give the first answer.
///
/// # Panics
/// When the connection is closed instead.
pub async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let mut connection = Connection::to(address).await;
    connection.send(request).await;
    connection.answer().await.expect("an answer")
}

/// An answer and its length, once it is whole. Its body has a `Content-Length`, as all of ours have.
fn parse(bytes: &[u8]) -> Option<(Answer, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).expect("a head is ASCII");
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name: HeaderName = name.parse().expect("a header's name");
        headers.append(name, HeaderValue::from_str(value).expect("a header's value"));
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.to_str().ok().and_then(|length| length.parse().ok()).expect("a length is a number"));
    let body = bytes.get(end..end + length)?.to_vec();
    let body = String::from_utf8(body).expect("our answers are UTF-8");
    Some((Answer { status, headers, body }, end + length))
}
