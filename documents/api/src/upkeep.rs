//! What is done without being asked: what nobody needs any more is removed, at the start and from time to time.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use chassis::clock::SharedClock;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::content::{ContentStore, Swept};
use crate::database::{Database, StorageError};

/// How often. What a crash has left costs room alone, and a look costs a query for each hundred contents.
const EVERY: Duration = Duration::from_hours(1);

/// How soon it looks again when something could not be reached: a database that is slow for a moment costs no hour.
const AGAIN: Duration = Duration::from_secs(10);

/// Deleted files that are forgotten in one turn.
const BATCH: i64 = 50;

const SECONDS_OF_A_DAY: i64 = 24 * 3600;

/// The task; it ends with its value.
pub struct Upkeep {
    wanted: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Upkeep {
    /// Start it. The first round begins at once, beside the first requests.
    pub fn start(database: Database, content: ContentStore, clock: SharedClock, keep_deleted_days: i64) -> Self {
        let wanted = Arc::new(Notify::new());
        let asked = Arc::clone(&wanted);
        let task = actix_web::rt::spawn(async move {
            loop {
                let now = clock.unix_seconds();
                let forgotten = forget(&database, now, now - keep_deleted_days * SECONDS_OF_A_DAY).await;
                let swept = content.sweep(&database).await;
                let pause = if forgotten.is_ok() && swept.is_ok() { EVERY } else { AGAIN };
                if let Err(error) = forgotten {
                    tracing::warn!(%error, "what is over cannot be forgotten now");
                }
                match swept {
                    Ok(swept) if swept == Swept::default() => {}
                    Ok(swept) => tracing::info!(?swept, "what nobody needs any more was removed"),
                    Err(error) => tracing::warn!(%error, "what nobody needs any more cannot be removed now"),
                }
                // either way it is time
                let _ = timeout(pause, asked.notified()).await;
            }
        });
        Self { wanted, task }
    }

    /// Something may have been left: look soon.
    pub fn soon(&self) {
        self.wanted.notify_one();
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Forget logins that have ended, and files that were deleted before `then`.
async fn forget(database: &Database, now: i64, then: i64) -> Result<(), StorageError> {
    let mut more = true;
    while more {
        more = database
            .in_turn(async |turn| {
                turn.forget_sessions(now).await?;
                turn.forget_deleted(then, BATCH).await
            })
            .await?;
    }
    Ok(())
}
