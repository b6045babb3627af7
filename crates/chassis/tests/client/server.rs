//! A small HTTP server that answers as a test wants, also in ways that no real server library would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method and target, as in `GET /api/v1/health`.
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What the server does about a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An answer with a status, header lines and a body.
    Answer(u16, &'static [&'static str], &'static str),
    /// An answer, and the end of the connection without a word about it.
    AnswerAndClose,
    /// Nothing, for as long as the client waits.
    Silence,
    /// The start of an answer, then the end of the connection.
    Half,
    /// The end of the connection.
    Nothing,
    /// A body that comes a byte at a time and never ends.
    Trickle,
    /// A body that announces this many bytes.
    Announce(u64),
    /// A body without an announced length that never ends.
    Endless,
    /// Not HTTP.
    Garbage,
}

/// 200 and an object.
pub const GOOD: Reply = Reply::Answer(200, &[], r#"{"id":7}"#);
/// 503.
pub const BUSY: Reply = Reply::Answer(503, &[], "");

/// A server that ends with the test.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers each request as `reply` says, which is given its number, from 0, and may block.
    pub fn start(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (shared, reply) = (Arc::clone(&requests), Arc::new(reply));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (requests, reply) = (Arc::clone(&shared), Arc::clone(&reply));
                // it ends with an error when the client goes away
                std::thread::spawn(move || serve(&stream, &requests, &*reply));
            }
        });
        Self { address, requests }
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no thread panics with it").clone()
    }
}

fn serve(stream: &TcpStream, requests: &Mutex<Vec<Request>>, reply: &dyn Fn(usize) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let number = {
            let mut requests = requests.lock().expect("no thread panics with it");
            requests.push(request);
            requests.len() - 1
        };
        let mut out = stream;
        match reply(number) {
            Reply::Answer(status, headers, body) => answer(out, status, headers, body)?,
            Reply::AnswerAndClose => return answer(out, 200, &[], "{}"),
            Reply::Silence => drop(out.read(&mut [0])?),
            Reply::Half => return out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
            Reply::Nothing => return Ok(()),
            Reply::Trickle => {
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")?;
                loop {
                    out.write_all(b" ")?;
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
            Reply::Announce(bytes) => write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n")?,
            Reply::Endless => {
                out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                loop {
                    out.write_all(b"400\r\n")?;
                    out.write_all(&[b' '; 1024])?;
                    out.write_all(b"\r\n")?;
                }
            }
            Reply::Garbage => out.write_all(b"SSH-2.0-OpenSSH_9.2\r\n")?,
        }
    }
    Ok(())
}

fn answer(mut out: &TcpStream, status: u16, headers: &[&str], body: &str) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {status} Text\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    out.write_all(format!("{text}\r\n{body}").as_bytes())
}

fn read(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<Request>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let pairs = lines[1..].iter().filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let line = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
    let mut request = Request { line, headers, body: String::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_string(&mut request.body)?;
    Ok(Some(request))
}
