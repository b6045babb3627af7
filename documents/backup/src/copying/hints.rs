//! Notifications: that there is news.
//!
//! What they say is not believed: it is a reason to look, no more. So nothing depends on their order, or on their coming
//! at all.

use std::sync::Arc;
use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::ids::SharedIds;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use socketio_client::{Connection, Error, Limits};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::figures::Figures;

/// The first pause after a connection has ended, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long it may take until we are let in.
const ADMISSION: Duration = Duration::from_secs(10);

/// Whoever listens.
pub struct Hints {
    /// Where.
    pub url: String,
    /// As whom.
    pub token: SecretString,
    /// Who is to be woken.
    pub news: Arc<Notify>,
    /// What is to be seen of it.
    pub figures: Figures,
    /// Randomness, for pauses.
    pub ids: SharedIds,
}

/// Why nothing is heard.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    #[error(transparent)]
    Connection(#[from] Error),
    #[error("it does not take the token: {0}")]
    Refused(Value),
    #[error("it does not say whether it takes the token")]
    NoAnswer,
}

impl Hints {
    /// Listen for ever.
    pub async fn run(self) {
        let mut failures = 0;
        loop {
            let Err(cause) = self.listen(&mut failures).await;
            self.figures.listening(false);
            tracing::warn!(%cause, "notifications are not heard: news is looked for every so often");
            failures += 1;
            tokio::time::sleep(full_jitter(FIRST_PAUSE, LONGEST_PAUSE, failures, &*self.ids)).await;
        }
    }

    async fn listen(&self, failures: &mut u32) -> Result<std::convert::Infallible, Deaf> {
        let mut connection = Connection::open(&self.url, None, Limits::default()).await?;
        let admitted = connection.emit_with_ack("Admin_connect", json!({"token": self.token.expose_secret()}));
        let answer = timeout(ADMISSION, admitted).await.map_err(|_| Deaf::NoAnswer)??;
        if answer["ok"] != json!(true) {
            return Err(Deaf::Refused(answer));
        }
        *failures = 0;
        self.figures.listening(true);
        tracing::info!("listening to notifications");
        // what came before is not told again
        self.news.notify_one();
        loop {
            let event = connection.next().await?;
            if event.name.starts_with("Notify_File_") {
                self.news.notify_one();
            }
        }
    }
}
