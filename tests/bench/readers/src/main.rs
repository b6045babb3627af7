//! Many readers of a page that keep it open, for a benchmark: `readers <address> <path of the stream> <how many>`.
//!
//! It says `open` when all of them have their stream. From then on each line that it is given is a word to look for. It
//! says `looking`, and as soon as every reader has got the word, a line of JSON: after how many microseconds half of them,
//! 99 in 100 and the last one had it. So whoever asks says the word to the server as soon as we look.

use std::io::Error;
use std::net::{Ipv4Addr, SocketAddr};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// Readers at one address: a server may give one address a share of its places alone.
const AT_ONE_ADDRESS: u32 = 500;

/// Connections that are being opened at the same time: the kernel keeps so many waiting for a server.
const AT_ONCE: u32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, path, count] = arguments.as_slice() else {
        return Err(Error::other("say whom to ask: readers 127.0.0.1:3000 /stream?page=/ 1000"));
    };
    let address: SocketAddr = address.parse().map_err(|_| Error::other(format!("`{address}` is no address")))?;
    let count: u32 = count.parse().map_err(|_| Error::other(format!("`{count}` is no number")))?;
    let (word, _) = watch::channel(String::new());
    let (tell, mut seen) = mpsc::unbounded_channel();
    for first in (0..count).step_by(AT_ONCE as usize) {
        let mut opening = tokio::task::JoinSet::new();
        for number in first..count.min(first + AT_ONCE) {
            opening.spawn(open(address, path.clone(), number));
        }
        while let Some(opened) = opening.join_next().await {
            let stream = opened.map_err(Error::other)??;
            tokio::spawn(read(stream, word.subscribe(), tell.clone()));
        }
    }
    println!("open");
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        word.send_replace(line);
        let begun = Instant::now();
        println!("looking");
        let mut times = Vec::with_capacity(count as usize);
        while times.len() < count as usize {
            times.push(seen.recv().await.ok_or_else(|| Error::other("all readers have gone"))??);
        }
        times.sort_unstable();
        let after = |at: Option<&Instant>| at.map(|at| at.duration_since(begun).as_micros());
        let at = |share: usize| after(times.get((times.len() * share / 100).min(times.len() - 1)));
        println!("{}", json!({"half": at(50), "nearly_all": at(99), "last": at(100)}));
    }
    Ok(())
}

/// Connect from an address of this machine, ask, and read the head of the answer.
async fn open(address: SocketAddr, path: String, number: u32) -> Result<TcpStream, Error> {
    let socket = TcpSocket::new_v4()?;
    if address.ip().is_loopback() {
        let from = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + 1 + number / AT_ONE_ADDRESS);
        socket.bind(SocketAddr::from((from, 0)))?;
    }
    let mut stream = socket.connect(address).await?;
    let question = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(question.as_bytes()).await?;
    let mut head = vec![];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    if head.starts_with(b"HTTP/1.1 200 ") {
        Ok(stream)
    } else {
        Err(Error::other(format!("refused: {}", String::from_utf8_lossy(&head))))
    }
}

/// Read all that comes, and tell when a word that was looked for came.
async fn read(
    mut stream: TcpStream,
    mut word: watch::Receiver<String>,
    tell: mpsc::UnboundedSender<Result<Instant, Error>>,
) {
    let mut buffer = vec![0; 4096];
    // the end of what came before: a word may come in two pieces
    let mut kept = vec![];
    let mut found = String::new();
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return drop(tell.send(Err(Error::other("the server ended a stream")))),
            Ok(length) => kept.extend_from_slice(&buffer[..length]),
            Err(error) => return drop(tell.send(Err(error))),
        }
        let now = Instant::now();
        let wanted = word.borrow_and_update().clone();
        if !wanted.is_empty() && wanted != found && kept.windows(wanted.len()).any(|part| part == wanted.as_bytes()) {
            found = wanted;
            // nobody to tell: the program ends
            let _ = tell.send(Ok(now));
        }
        kept.drain(..kept.len().saturating_sub(found.len().max(64)));
    }
}
