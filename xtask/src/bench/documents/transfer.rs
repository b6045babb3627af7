//! A file on its way to the service and back, over a connection of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::super::figures::float;
use super::super::server::Server;
use crate::stopwatch::Stopwatch;

/// `API_TOKEN` of the service under measurement.
pub const TOKEN: &str = "the-token-of-the-benchmark";

/// Bytes that are written and read at once, by the load and by those that measure the limits.
pub const PIECE: usize = 256 * 1024;

/// The content of a file: pieces that no other file has.
#[derive(Debug, Clone, Copy)]
pub struct Pieces {
    mib: u32,
    seed: u32,
}

impl Pieces {
    /// So many MiB, others for each seed.
    pub fn of(mib: u32, seed: u32) -> Self {
        Self { mib, seed }
    }

    /// All of them together.
    pub fn bytes(self) -> u64 {
        u64::from(self.mib) << 20
    }

    /// One after the other. Only the first bytes of each differ: what makes them must not cost what is measured.
    ///
    /// # Errors
    /// When one is not taken.
    pub fn each(self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut piece: Vec<u8> =
            (0..PIECE).map(|place| (place.wrapping_mul(0x9e37_79b9) >> 13).to_le_bytes()[0]).collect();
        for number in 0..self.bytes() / PIECE as u64 {
            piece[..8].copy_from_slice(&number.to_le_bytes());
            piece[8..12].copy_from_slice(&self.seed.to_le_bytes());
            take(&piece)?;
        }
        Ok(())
    }
}

/// Megabytes a second.
pub fn rate(bytes: u64, time: Duration) -> f64 {
    float(bytes) / 1e6 / time.as_secs_f64()
}

/// A file that was uploaded.
pub struct Uploaded {
    /// Its id.
    pub id: u64,
    /// Megabytes a second.
    pub rate: f64,
}

/// Upload a file, until the service says that it is safe.
///
/// # Errors
/// When it says anything else.
pub fn upload(server: &Server, name: &str, pieces: Pieces) -> Result<Uploaded> {
    const END: &str = "\r\n--b--\r\n";
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let length = pieces.bytes() + (part.len() + END.len()) as u64;
    let kind = format!("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n");
    let stopwatch = Stopwatch::start();
    let mut connection = request(server, "POST", "/api/v1/files", &kind)?;
    connection.write_all(part.as_bytes())?;
    pieces.each(|piece| Ok(connection.write_all(piece)?))?;
    connection.write_all(END.as_bytes())?;
    let mut answer = Answer::read(connection, 201)?;
    let mut said = String::new();
    answer.body.read_to_string(&mut said)?;
    let rate = rate(pieces.bytes(), stopwatch.elapsed());
    let file: Value = serde_json::from_str(&said).context("an upload was answered with no JSON")?;
    Ok(Uploaded { id: file["id"].as_u64().context("a file has an id")?, rate })
}

/// A file that was downloaded.
pub struct Downloaded {
    /// What came.
    pub bytes: u64,
    /// Megabytes a second.
    pub rate: f64,
}

/// Download a file, to its last byte.
///
/// # Errors
/// When it is refused, or breaks off.
pub fn download(server: &Server, id: u64) -> Result<Downloaded> {
    let stopwatch = Stopwatch::start();
    let connection = request(server, "GET", &format!("/api/v1/files/{id}/content"), "")?;
    let mut answer = Answer::read(connection, 200)?;
    let (mut buffer, mut bytes) = (vec![0; PIECE], 0);
    while bytes < answer.length {
        match answer.body.read(&mut buffer)? {
            0 => bail!("a download broke off after {bytes} of {} bytes", answer.length),
            some => bytes += some as u64,
        }
    }
    Ok(Downloaded { bytes, rate: rate(bytes, stopwatch.elapsed()) })
}

fn request(server: &Server, method: &str, path: &str, headers: &str) -> Result<TcpStream> {
    let url = server.url("");
    let host = url.strip_prefix("http://").unwrap_or(&url);
    let mut connection = TcpStream::connect(host).context("the service does not listen any more")?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n{headers}\r\n"
    );
    connection.write_all(head.as_bytes())?;
    Ok(connection)
}

/// The head of an answer, and what follows.
struct Answer {
    length: u64,
    body: BufReader<TcpStream>,
}

impl Answer {
    fn read(connection: TcpStream, expected: u16) -> Result<Self> {
        let mut body = BufReader::with_capacity(PIECE, connection);
        let mut line = String::new();
        body.read_line(&mut line)?;
        if line.split(' ').nth(1) != Some(&expected.to_string()) {
            body.read_to_string(&mut line)?;
            bail!("the service was to answer {expected}, and said:\n{line}");
        }
        let mut length = 0;
        loop {
            line.clear();
            body.read_line(&mut line)?;
            if line.trim().is_empty() {
                return Ok(Self { length, body });
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().context("the length of an answer is a number")?;
            }
        }
    }
}
