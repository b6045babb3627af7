//! Connections to the mail server, kept open between mails.
//!
//! lettre has a pool of its own. Its connections wait for each mail: the text and the dot that ends it are two writes, and
//! without `TCP_NODELAY` the second one is held back until the first is acknowledged, 40 ms later (RFC 1122, 4.2.3.4).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chassis::service::StartError;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::Letter;
use super::smtp_url::{Security, SmtpUrl};

/// How long the server may take for a mail. RFC 5321 (4.5.3.2) gives minutes for each step, for servers of other decades; a
/// mail that was given up is sent again, under the same id.
const PATIENCE: Duration = Duration::from_mins(1);

/// For the connection alone.
const CONNECT: Duration = Duration::from_secs(10);

/// A connection that was idle for longer is not used again: servers close theirs after a while.
const IDLE: Duration = Duration::from_secs(5);

/// A mail server.
pub struct Smtp {
    url: SmtpUrl,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    // std's lock: it is never held across an await
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The server has said so of this mail, or the connection broke while it had it.
    #[error(transparent)]
    Mail(Error),
    /// There was no session: a refused greeting is no mail's fault, whatever the code is.
    #[error("it does not take mails from us: {0}")]
    Session(Error),
    /// TLS was offered by somebody who cannot show that it is this server.
    #[error("its certificate is not trusted ({0}): SSL_CERT_FILE may name the authority that it is of")]
    Untrusted(String),
    /// It has no such user, or another password, or no way to log in.
    #[error("it does not accept the login of SMTP_URL: {0}")]
    Login(Error),
    /// It cannot be connected to.
    #[error("it cannot be reached: {0}")]
    Unreachable(std::io::Error),
    /// It did not answer in time, before it had a mail.
    #[error("it did not answer in time")]
    TimedOut,
    /// It did not say in time that it has this mail: it may have it.
    #[error("it did not take this mail in time")]
    Hesitates,
}

impl Smtp {
    /// The server at this address, to which we say that we are `own`.
    ///
    /// # Errors
    /// When TLS cannot be prepared.
    pub fn at(url: &SmtpUrl, own: &str) -> Result<Self, StartError> {
        let tls = match url.security() {
            Security::None => None,
            _ => Some(TlsParameters::new(url.host().to_owned()).map_err(|error| format!("SMTP_URL: {error}"))?),
        };
        Ok(Self {
            tls,
            credentials: url.credentials().map(|(user, password)| Credentials::new(user, password)),
            hello: ClientId::Domain(own.to_owned()),
            idle: Mutex::default(),
            url: url.clone(),
        })
    }

    /// Have a mail taken.
    ///
    /// # Errors
    /// When it is not.
    pub async fn send(&self, letter: &Letter) -> Result<(), SmtpError> {
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => timeout(PATIENCE, self.connect()).await.map_err(|_| SmtpError::TimedOut)??,
        };
        let sent = timeout(PATIENCE, connection.send(&letter.envelope, &letter.bytes));
        // a connection on which anything went wrong ends here
        sent.await.map_err(|_| SmtpError::Hesitates)?.map_err(SmtpError::Mail)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
        Ok(())
    }

    /// A connection that is still good. One that the server has closed meanwhile is found out before a mail is on its way.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        let mut connection = self.idle()?;
        let there = timeout(CONNECT, connection.test_connected()).await;
        there.is_ok_and(|there| there).then_some(connection)
    }

    fn idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(connection, since)| since.elapsed() < IDLE && !connection.has_broken());
        idle.pop().map(|(connection, _)| connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let address = (self.url.host(), self.url.port());
        let mut connection = if let (Security::Wrapped, Some(tls)) = (self.url.security(), &self.tls) {
            // within TLS from the first byte: lettre makes the connection
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &self.hello, Some(tls.clone()), None)
                .await
                .map_err(session)?
        } else {
            let stream = timeout(CONNECT, TcpStream::connect(address)).await.map_err(|_| SmtpError::TimedOut)?;
            let stream = stream.map_err(SmtpError::Unreachable)?;
            stream.set_nodelay(true).map_err(SmtpError::Unreachable)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello).await.map_err(session)?
        };
        if let (Security::StartTls | Security::Opportunistic, Some(tls)) = (self.url.security(), &self.tls) {
            // where TLS is demanded, a server without it is an error
            if self.url.security() == Security::StartTls || connection.can_starttls() {
                connection.starttls(tls.clone(), &self.hello).await.map_err(session)?;
            }
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(SmtpError::Login)?;
        }
        Ok(connection)
    }
}

/// Why there is no session, with a word of its own for the reason that an operator can mend and cannot guess.
fn session(error: Error) -> SmtpError {
    let mut cause = std::error::Error::source(&error);
    while let Some(now) = cause {
        // what is in an io::Error is not its source
        let within = now.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(rustls::Error::InvalidCertificate(why)) = within.and_then(|within| within.downcast_ref()) {
            return SmtpError::Untrusted(why.to_string());
        }
        cause = now.source();
    }
    SmtpError::Session(error)
}
