//! A mail server that takes everything at once and keeps nothing but the links of confirmations: what a fast server costs
//! its client, and no more.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

/// A mail server. Its threads end with the process.
pub struct Sink {
    port: u16,
    tokens: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    /// Start it on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port for the mail server")?;
        let port = listener.local_addr()?.port();
        let tokens = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&tokens);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // a client that hangs up ends its thread
                std::thread::spawn(move || drop(serve(stream, &kept)));
            }
        });
        Ok(Self { port, tokens })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the links of confirmations hold that came so far.
    pub fn tokens(&self) -> Vec<String> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One session (RFC 5321): as much of it as a client needs that does nothing wrong.
fn serve(stream: TcpStream, tokens: &Mutex<Vec<String>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut answers = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    answers.write_all(b"220 sink\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "DATA" => {
                answers.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    // a line that is folded ends in `=` (RFC 2045, 6.7)
                    text.push_str(line.strip_suffix('=').unwrap_or(&line));
                }
                let text = text.replace("=3D", "=");
                if let Some((_, behind)) = text.split_once("/subscribe/confirm?token=") {
                    let token = behind.chars().take_while(char::is_ascii_hexdigit).take(64).collect();
                    tokens.lock().unwrap_or_else(PoisonError::into_inner).push(token);
                }
                answers.write_all(b"250 taken\r\n")?;
            }
            "QUIT" => return answers.write_all(b"221 bye\r\n"),
            _ => answers.write_all(b"250 ok\r\n")?,
        }
    }
    Ok(())
}
