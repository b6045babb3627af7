//! Hears at once that another replica has written.
//!
//! What is heard is a number and nothing more: what happened is in the change log. A message that is lost costs a
//! second, since the keeper looks once a second anyway.

use std::time::Duration;

use futures_util::StreamExt;
use redis::Client;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::super::BackendError;
use super::link::CONNECT;

/// How often the keeper looks without having heard anything: also whether Redis is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// After so long a silence the connection is made anew: one that has died without a word looks the same as one on which
/// there is nothing to say.
const SILENCE: Duration = Duration::from_secs(30);

pub struct News {
    /// The newest revision that was heard of.
    newest: watch::Receiver<u64>,
    listener: JoinHandle<()>,
}

impl News {
    pub fn listen(address: &str, channel: String) -> Result<Self, BackendError> {
        let client = Client::open(address).map_err(|error| BackendError::Unreachable(error.to_string()))?;
        let (told, newest) = watch::channel(0);
        let listener = tokio::spawn(async move {
            loop {
                // the keeper says what is wrong with Redis; here it is tried again
                if hear(&client, &channel, &told).await.is_none() {
                    sleep(LOOK_EVERY).await;
                }
            }
        });
        Ok(Self { newest, listener })
    }

    /// Wait until there is news of something beyond this revision, or for a second.
    ///
    /// Each message wakes once and no more. What it says is not to be trusted: another store may speak on the same
    /// channel, and a number that is never reached must not keep the keeper busy for ever.
    pub async fn beyond(&mut self, revision: u64) {
        let newer = async {
            // the listener outlives this value, so the channel is never closed
            while self.newest.changed().await.is_ok() && *self.newest.borrow() <= revision {}
        };
        let _ = timeout(LOOK_EVERY, newer).await;
    }
}

/// Listen until there is nothing to hear; `None` when the connection has failed.
async fn hear(client: &Client, channel: &str, told: &watch::Sender<u64>) -> Option<()> {
    let subscribe = async {
        let mut connection = client.get_async_pubsub().await.ok()?;
        connection.subscribe(channel).await.ok()?;
        Some(connection)
    };
    // the client itself would wait for an answer for ever
    let mut connection = timeout(CONNECT, subscribe).await.ok()??;
    let mut messages = connection.on_message();
    while let Ok(message) = timeout(SILENCE, messages.next()).await {
        if let Ok(revision) = message?.get_payload() {
            told.send_replace(revision);
        }
    }
    Some(())
}

impl Drop for News {
    fn drop(&mut self) {
        self.listener.abort();
    }
}
