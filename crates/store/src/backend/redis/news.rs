//! Hears at once that another replica has written.
//!
//! What is heard is a number and nothing more: what happened is in the change log. A message that is lost costs a
//! second, since the keeper looks once a second anyway.

use std::time::Duration;

use futures_util::StreamExt;
use redis::Client;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::super::BackendError;

/// How often the keeper looks without having heard anything: also whether Redis is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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
                if let Ok(mut connection) = client.get_async_pubsub().await
                    && connection.subscribe(&channel).await.is_ok()
                {
                    let mut messages = connection.on_message();
                    while let Some(message) = messages.next().await {
                        if let Ok(revision) = message.get_payload() {
                            told.send_replace(revision);
                        }
                    }
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
        Ok(Self { newest, listener })
    }

    /// Wait until there is something newer than this revision, or for a second.
    pub async fn beyond(&mut self, revision: u64) {
        let newer = self.newest.wait_for(|newest| *newest > revision);
        // the listener outlives this value, so the channel is never closed
        let _ = tokio::time::timeout(LOOK_EVERY, newer).await;
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.listener.abort();
    }
}
