//! Asks a service whether it is ready.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 16 * 1024;

/// How a service is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It can do its work.
    Ready,
    /// It answers, and says what it lacks.
    NotReady(String),
    /// It does not answer.
    Silent(String),
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Ask `/readyz` of what listens there.
pub async fn ask(address: SocketAddr) -> Health {
    match timeout(PATIENCE, answer(address)).await {
        Ok(Ok(answer)) => read(&answer),
        Ok(Err(error)) => Health::Silent(error.to_string()),
        Err(_) => Health::Silent(format!("no answer in {} seconds", PATIENCE.as_secs())),
    }
}

// one question on a connection of its own: a client with retries and a breaker would hide what is asked for here
async fn answer(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn read(answer: &str) -> Health {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let status = head.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some("200") if status.starts_with("HTTP/1.") => Health::Ready,
        Some("503") => {
            let refusal = serde_json::from_str::<Refusal>(body);
            Health::NotReady(refusal.map_or_else(|_| "it does not say why".to_owned(), |refusal| refusal.error))
        }
        _ => Health::Silent("something else listens there".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_for_what_it_says() {
        assert_eq!(read("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), Health::Ready);
        let lacks = "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"error\":\"Not ready: storage\",\"details\":[]}";
        assert_eq!(read(lacks), Health::NotReady("Not ready: storage".to_owned()));
        for other in ["", "220 mail.example.org ESMTP\r\n", "HTTP/1.1 404 Not Found\r\n\r\n"] {
            assert!(matches!(read(other), Health::Silent(_)), "{other}");
        }
    }
}
