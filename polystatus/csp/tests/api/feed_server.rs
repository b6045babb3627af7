//! A provider: a server on a real socket that answers as it is told, rightly and wrongly.

use std::collections::HashMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is answered to whoever asks for a path.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status, headers, a body of this length.
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// As a whole, to whoever does not have it: 304 to who sends its tag.
    Tagged(&'static str, Vec<u8>),
    /// These bytes, and then nothing, with the connection open.
    ThenSilence(Vec<u8>),
    /// These bytes, and the end of the connection.
    ThenEnd(Vec<u8>),
    /// A head, and chunks without end.
    Endless,
}

/// The server. It ends when it is dropped.
pub struct FeedServer {
    pub address: SocketAddr,
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FeedServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (replies, requests) = (Arc::<Mutex<HashMap<_, _>>>::default(), Arc::<Mutex<Vec<_>>>::default());
        let (to_send, received) = (Arc::clone(&replies), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&to_send), Arc::clone(&received)));
            }
        });
        Self { address, replies, requests, task }
    }

    /// A server that sends this at `/feed`.
    pub async fn with(body: impl Into<Vec<u8>>) -> Self {
        let server = Self::start().await;
        server.send(body);
        server
    }

    pub fn url(&self) -> String {
        self.at("/feed")
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Send this at `/feed` from now on.
    pub fn send(&self, body: impl Into<Vec<u8>>) {
        self.reply("/feed", Reply::Whole(200, Vec::new(), body.into()));
    }

    /// Answer with this status at `/feed` from now on.
    pub fn fail(&self, status: u16) {
        self.reply("/feed", Reply::Whole(status, Vec::new(), b"no".to_vec()));
    }

    pub fn reply(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, replies: Arc<Mutex<HashMap<String, Reply>>>, requests: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    requests.lock().unwrap().push(head.clone());
    let reply = replies.lock().unwrap().get(&path).cloned();
    match reply.unwrap_or(Reply::Whole(404, Vec::new(), Vec::new())) {
        Reply::Whole(status, headers, body) => write(&mut stream, status, &headers, &body).await,
        Reply::Tagged(tag, _) if head.to_lowercase().contains(&format!("if-none-match: {tag}")) => {
            write(&mut stream, 304, &[("ETag", tag.to_owned())], b"").await;
        }
        Reply::Tagged(tag, body) => write(&mut stream, 200, &[("ETag", tag.to_owned())], &body).await,
        Reply::ThenSilence(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // longer than anybody waits here; the end of the test ends it
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        Reply::ThenEnd(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
        }
    }
}

async fn write(stream: &mut TcpStream, status: u16, headers: &[(&'static str, String)], body: &[u8]) {
    let mut head = vec![format!("HTTP/1.1 {status} x"), "Connection: close".to_owned()];
    head.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if status != 304 {
        head.push(format!("Content-Length: {}", body.len()));
    }
    let head = head.join("\r\n") + "\r\n\r\n";
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let _ = stream.shutdown().await;
}

/// A Statuspage with one component in this state, and these incidents.
pub fn page(indicator: &str, component: &str, incidents: &Value) -> String {
    json!({
        "page": {"name": "Forge"},
        "status": {"indicator": indicator, "description": format!("It is {indicator}")},
        "components": [{"name": "Git", "status": component}],
        "incidents": incidents,
    })
    .to_string()
}

/// A Statuspage on which all is well.
pub fn well() -> String {
    page("none", "operational", &json!([]))
}

/// An open incident of this impact.
pub fn incident(id: &str, impact: &str) -> Value {
    json!({
        "id": id, "name": format!("Trouble {id}"), "status": "investigating", "impact": impact,
        "created_at": "2023-11-14T22:00:00Z", "updated_at": "2023-11-14T22:05:00Z",
        "incident_updates": [{"body": "We are looking."}], "components": [{"name": "Git", "status": "operational"}],
    })
}

/// The bytes as gzip packs them.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
