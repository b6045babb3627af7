//! Tells the notifications of every change, in order, for as long as it takes.
//!
//! The change feed is the outbox. A change is in it from the very transaction that made it, so nothing is written twice,
//! and whatever happens between the commit and the acknowledgement, it is found again behind `sent_to`. What was
//! acknowledged and not yet noted is told twice: the notifications know a change by the database's epoch and its number.
//!
//! There is no lease. Of several instances each tells what it finds, and the first one counts. A lease would hold back
//! what is to be told after the death of its holder.

mod error;
mod figures;
mod sending;

use std::convert::Infallible;
use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::ids::SharedIds;
use chassis::metrics::Metrics;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use socketio_client::{Connection, Limits};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use self::error::TellError;
use self::figures::Figures;
use crate::database::{Database, Sight, StorageError};
use crate::settings::NotificationsUrl;

/// Changes that are read at once.
const BATCH: usize = 512;

/// The first pause after a failure, and the longest: so long after the notifications are back they hear of what they have
/// missed at the latest.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The same after a refusal, which somebody has to mend.
const PAUSE_WHEN_REFUSED: Duration = Duration::from_secs(2);
const LONGEST_WHEN_REFUSED: Duration = Duration::from_mins(1);

/// How often the feed is looked at without being told: for what another instance has left behind that is gone.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How often it is noted what was told. For each change alone it would double the commits to the disk.
const NOTE_EVERY: Duration = Duration::from_millis(250);

/// Whom to tell.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Where it listens.
    pub url: NotificationsUrl,
    /// Its `API_TOKEN`.
    pub token: Option<SecretString>,
}

/// Tells one recipient of the changes in one database.
pub struct Notifier {
    database: Database,
    recipient: Recipient,
    ids: SharedIds,
    figures: Figures,
    changed: watch::Receiver<i64>,
    /// Up to this change all are told, as this process knows.
    told: i64,
    /// Up to this change the database knows it too, and since when.
    noted: i64,
    noted_at: Instant,
    /// Failures in a row.
    failures: u32,
    /// What was last said of a failure, until there is none: it is not said again with every attempt.
    said: Option<String>,
}

impl Notifier {
    /// One that has not begun.
    pub fn new(database: Database, recipient: Recipient, ids: SharedIds, metrics: &Metrics) -> Self {
        let (changed, figures) = (database.changed(), Figures::register(metrics));
        let noted_at = Instant::now();
        Self { database, recipient, ids, figures, changed, told: 0, noted: 0, noted_at, failures: 0, said: None }
    }

    /// Tell every change that is and will be in the feed. Never ends.
    pub async fn run(mut self) {
        loop {
            let Err(error) = self.tell().await;
            self.say(&error);
            // not cut short by news: many changes are no reason to knock more often
            let (first, longest) =
                if error.is_refusal() { (PAUSE_WHEN_REFUSED, LONGEST_WHEN_REFUSED) } else { (PAUSE, LONGEST_PAUSE) };
            sleep(full_jitter(first, longest, self.failures, &*self.ids)).await;
            self.failures = self.failures.saturating_add(1);
        }
    }

    /// Go on until something fails.
    async fn tell(&mut self) -> Result<Infallible, TellError> {
        // opened when there is something to say, and kept
        let mut open = None;
        loop {
            // before the query: what is committed while it runs is looked at the next time
            let last = *self.changed.borrow_and_update();
            // another instance may be ahead
            self.told = self.told.max(self.database.sent_to().await?);
            let changes = self.database.changes(self.told, BATCH, Sight::All).await?;
            self.figures.waiting(last.max(changes.last().map_or(0, |change| change.seq)) - self.told);
            if changes.is_empty() {
                self.wait(&mut open).await?;
                continue;
            }
            let connection = match &mut open {
                Some(connection) => connection,
                None => open.insert(self.open().await?),
            };
            let (told, failure) = sending::send(connection, &changes, self.database.epoch()).await;
            if let Some(told) = told {
                self.told = told;
                self.figures.told(changes.iter().filter(|change| change.seq <= told).count());
                self.failures = 0;
                if self.noted_at.elapsed() >= NOTE_EVERY {
                    self.note().await?;
                }
            }
            match failure {
                Some(failure) => return Err(failure),
                None => self.say_that_it_goes_on(),
            }
        }
    }

    async fn open(&self) -> Result<Connection, TellError> {
        let token = self.recipient.token.as_ref().map(|token| json!({"token": token.expose_secret()}));
        Ok(Connection::open(self.recipient.url.as_str(), token, Limits::default()).await?)
    }

    /// Wait for news, and note meanwhile what was told.
    async fn wait(&mut self, open: &mut Option<Connection>) -> Result<(), StorageError> {
        let is_noted = self.told <= self.noted;
        let news = timeout(if is_noted { LOOK_EVERY } else { NOTE_EVERY }, self.changed.changed());
        tokio::select! {
            news = news => match news {
                Ok(Ok(())) => Ok(()),
                // ended, with its service
                Ok(Err(_)) => std::future::pending().await,
                Err(_) if is_noted => self.database.last_change().await.map(drop),
                Err(_) => self.note().await,
            },
            error = end_of(open.as_mut()) => {
                // another one is opened when there is something to say
                tracing::debug!(%error, "the connection to the notifications has ended");
                *open = None;
                Ok(())
            }
        }
    }

    async fn note(&mut self) -> Result<(), StorageError> {
        self.database.told(self.told).await?;
        (self.noted, self.noted_at) = (self.told, Instant::now());
        Ok(())
    }

    fn say(&mut self, error: &TellError) {
        let text = error.to_string();
        if self.said.as_ref() == Some(&text) {
            return;
        }
        let to = self.recipient.url.as_str();
        if error.is_refusal() {
            tracing::error!(
                to,
                error = text,
                "changes wait: is NOTIFICATIONS_TOKEN the API_TOKEN of the notifications?"
            );
        } else {
            tracing::warn!(to, error = text, "changes wait until the notifications can be told");
        }
        self.said = Some(text);
    }

    fn say_that_it_goes_on(&mut self) {
        if self.said.take().is_some() {
            tracing::info!(upto = self.told, "the notifications are told again");
        }
    }
}

/// Why this connection has ended, when it does; what else the server says there is nothing to us.
async fn end_of(connection: Option<&mut Connection>) -> socketio_client::Error {
    let Some(connection) = connection else { return std::future::pending().await };
    loop {
        if let Err(error) = connection.next().await {
            return error;
        }
    }
}
