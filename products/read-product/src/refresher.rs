//! The one task that compares the catalogue in memory with the table.

use std::sync::Arc;
use std::time::Duration;

use chassis::tasks::every;
use products::database::{Database, StorageError};
use tokio::time::{MissedTickBehavior, sleep};

use crate::catalogue::{Catalogue, Snapshot};

/// How long questions gather before they are answered by one look: so often strangers can make us ask at most.
const GATHER: Duration = Duration::from_millis(20);

/// How soon a database that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// Compares the catalogue when somebody asks, and when it is old.
pub struct Refresher {
    database: Database,
    catalogue: Arc<Catalogue>,
    every: Duration,
}

impl Refresher {
    /// One that reads everything anew in this distance.
    pub fn new(database: Database, catalogue: Arc<Catalogue>, every: Duration) -> Self {
        Self { database, catalogue, every }
    }

    /// Goes on for as long as it is polled.
    pub async fn run(self) {
        let mut old = every(self.every);
        old.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // what was read at the start is new
        old.tick().await;
        loop {
            let looked = tokio::select! {
                _ = old.tick() => self.read_everything().await,
                () = self.catalogue.asked() => {
                    sleep(GATHER).await;
                    self.read_what_is_new().await
                }
                // the whole, once it answers again: nobody knows what was missed
                () = sleep(AGAIN), if self.catalogue.is_cut_off() => self.read_everything().await,
            };
            match looked {
                Ok(snapshot) => {
                    if self.catalogue.is_cut_off() {
                        tracing::info!("the database answers again");
                    }
                    self.catalogue.compared(snapshot);
                }
                Err(error) => {
                    if !self.catalogue.is_cut_off() {
                        tracing::error!(%error, "the catalogue goes on from memory");
                    }
                    self.catalogue.not_compared();
                }
            }
        }
    }

    /// What has come behind the last product that is known; none when nothing has. Numbers are given in the order of the
    /// commits, so nothing comes before it.
    async fn read_what_is_new(&self) -> Result<Option<Snapshot>, StorageError> {
        if self.catalogue.is_cut_off() {
            return self.read_everything().await;
        }
        let known = self.catalogue.read();
        let new = self.database.products_after(known.last_id()).await?;
        Ok((!new.is_empty()).then(|| known.with(new)))
    }

    async fn read_everything(&self) -> Result<Option<Snapshot>, StorageError> {
        let all = Snapshot::of(self.database.products_after(0).await?);
        Ok((all.tag() != self.catalogue.read().tag()).then_some(all))
    }
}
