//! A mail server: `aiosmtpd` from `PyPI`, which a test has for itself. What it has acknowledged can be looked up.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Program, Running, free_port};
use crate::{tools, wait};

/// How long it may take to listen: Python on a busy machine.
const SOON: Duration = Duration::from_secs(20);

/// A mail that the server has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom, as the envelope says.
    pub to: String,
    /// Headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// What it says.
    pub text: String,
}

/// A mail server that runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct MailServer {
    running: Option<Running>,
    port: u16,
    folder: TempDir,
}

impl MailServer {
    /// Start it, and wait until it listens.
    ///
    /// # Panics
    /// When it is not installed or does not start.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let port = free_port().expect("127.0.0.1 has a free port");
        let mut server = Self { running: None, port, folder };
        server.start_again();
        server
    }

    /// Start it again after [`stop`](Self::stop), on the same port, with the mails that it has.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        let program = Program::new(tools::of_python_in("mails", "aiosmtpd"))
            .env("PYTHONPATH", tools::file("crates/testbed/smtp"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["--nosetuid", "--listen", &format!("127.0.0.1:{}", self.port), "--class", "mailbox.Mailbox"])
            .arg(self.folder.path().join("mails"));
        self.running = Some(program.spawn());
        let address = self.address();
        wait::until("the mail server", SOON, || TcpStream::connect(address).ok());
    }

    /// End it (SIGKILL).
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// For `SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address())
    }

    /// What it has acknowledged so far, in that order.
    ///
    /// # Panics
    /// When what it wrote cannot be read.
    pub fn mails(&self) -> Vec<Mail> {
        let text = std::fs::read_to_string(self.folder.path().join("mails")).unwrap_or_default();
        // the last line may still be written
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(mail).collect()
    }

    /// The mails to this address, once there are so many.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn to(&self, address: &str, count: usize) -> Vec<Mail> {
        wait::until_async(&format!("{count} mails to {address}"), SOON, async || {
            let mails: Vec<Mail> = self.mails().into_iter().filter(|mail| mail.to == address).collect();
            (mails.len() >= count).then_some(mails)
        })
        .await
    }
}

fn mail(line: &str) -> Mail {
    let line: Value = serde_json::from_str(line).expect("the mail server writes JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let headers = line["headers"].as_object().expect("a mail has headers");
    Mail {
        to: text(&line["to"][0]),
        headers: headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        text: text(&line["text"]),
    }
}
