//! A mail server: `aiosmtpd` from `PyPI`, which a test has for itself. What it has acknowledged can be looked up.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::process::{Program, Running};
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
    /// Whether it came within TLS.
    pub within_tls: bool,
    /// Whether who sent it had logged in.
    pub logged_in: bool,
}

/// Where TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// After the first words (STARTTLS, RFC 3207); before it nothing is taken.
    Start,
    /// At the first byte (RFC 8314).
    Wrapped,
}

/// Who may log in to a mail server that wants a login.
pub const USER: &str = "status@example.org";

/// With which password. Some of it has a meaning in addresses.
pub const PASSWORD: &str = "right/word+1%";

/// A mail server that runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct MailServer {
    running: Option<Running>,
    address: SocketAddr,
    folder: TempDir,
    secure: Option<(Tls, Certificate)>,
}

impl MailServer {
    /// Start it, and wait until it listens.
    ///
    /// # Panics
    /// When it is not installed or does not start.
    pub fn start() -> Self {
        Self::on(Ipv4Addr::LOCALHOST.into())
    }

    /// As [`start`](Self::start), on this address: containers do not reach 127.0.0.1.
    ///
    /// # Panics
    /// As [`start`](Self::start), and when the address is not of this machine.
    pub fn on(host: IpAddr) -> Self {
        Self::with(host, None)
    }

    /// Start one that is spoken to within TLS, and wants [`USER`] and [`PASSWORD`].
    ///
    /// # Panics
    /// As [`start`](Self::start), and without `openssl`.
    pub fn start_secure(tls: Tls) -> Self {
        Self::with(Ipv4Addr::LOCALHOST.into(), Some((tls, Certificate::of_localhost())))
    }

    fn with(host: IpAddr, secure: Option<(Tls, Certificate)>) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let free = TcpListener::bind((host, 0)).and_then(|listener| listener.local_addr());
        let address = free.unwrap_or_else(|error| panic!("{host} has no free port: {error}"));
        let mut server = Self { running: None, address, folder, secure };
        server.start_again();
        server
    }

    /// Start it again after [`stop`](Self::stop), on the same port, with the mails that it has.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        let ours = tools::file("crates/testbed/smtp");
        let program = match &self.secure {
            None => Program::new(tools::of_python_in("mails", "aiosmtpd")).args([
                "--nosetuid",
                "--listen",
                &self.address.to_string(),
                "--class",
                "mailbox.Mailbox",
            ]),
            Some((tls, certificate)) => Program::new(tools::of_python_in("mails", "python3"))
                .arg(ours.join("secure.py"))
                .arg(self.address.port().to_string())
                .arg(if *tls == Tls::Start { "start" } else { "wrapped" })
                .args([certificate.chain(), certificate.key()])
                .args([USER, PASSWORD]),
        };
        let program = program.env("PYTHONPATH", ours).env("PYTHONDONTWRITEBYTECODE", "1");
        self.running = Some(program.arg(self.folder.path().join("mails")).spawn());
        let address = self.address();
        wait::until("the mail server", SOON, || TcpStream::connect(address).ok());
    }

    /// End it (SIGKILL).
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// For `SMTP_URL`, of a server without TLS.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address())
    }

    /// Its certificate, if it has one.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.secure.as_ref().map(|(_, certificate)| certificate)
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

    /// How many it has acknowledged so far: cheaper than to read them all.
    pub fn count(&self) -> usize {
        let text = std::fs::read_to_string(self.folder.path().join("mails")).unwrap_or_default();
        text.matches('\n').count()
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
        within_tls: line["tls"] == true,
        logged_in: line["login"] == true,
    }
}
