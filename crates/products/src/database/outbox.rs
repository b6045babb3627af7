//! What is still to be told of the products, as a relay reads it.

use std::time::Duration;

use bytes::Bytes;
use events::{Outbox, OutboxError, Pending};
use sqlx::Row;
use tokio::sync::watch;

use super::{Database, in_time};

/// How long the relay lets events gather before it looks at them: a look costs a query, and under load there would be one
/// for each commit.
const GATHER: Duration = Duration::from_millis(20);

/// How often it looks though nobody here has added anything: another instance may have ended before it told all.
const LOOK_ANYWAY: Duration = Duration::from_secs(5);

/// The table `product_outbox`. There is no lease: of several instances each tells everything that it finds, and whoever
/// listens drops what comes twice.
pub struct ProductOutbox {
    database: Database,
    added: watch::Receiver<i64>,
}

impl ProductOutbox {
    /// That of this database.
    pub fn of(database: Database) -> Self {
        let added = database.added.subscribe();
        Self { database, added }
    }
}

impl Outbox for ProductOutbox {
    async fn pending(&mut self, limit: usize) -> Result<Vec<Pending>, OutboxError> {
        let select = "SELECT position, event FROM product_outbox ORDER BY position LIMIT ?";
        let rows = sqlx::query(select).bind(i64::try_from(limit)?).fetch_all(&self.database.pool);
        let rows = in_time(async { Ok(rows.await?) }).await?;
        let pending = rows.iter().map(|row| {
            let (position, event): (i64, String) = (row.try_get("position")?, row.try_get("event")?);
            Ok(Pending { position: u64::try_from(position)?, event: Bytes::from(event) })
        });
        pending.collect()
    }

    async fn sent(&mut self, upto: u64) -> Result<(), OutboxError> {
        let upto = i64::try_from(upto)?;
        let delete = async {
            let _writer = self.database.writers.lock().await;
            let delete = sqlx::query("DELETE FROM product_outbox WHERE position <= ?");
            Ok(delete.bind(upto).execute(&self.database.pool).await.map(drop)?)
        };
        Ok(in_time(delete).await?)
    }

    async fn count(&mut self) -> Result<u64, OutboxError> {
        let count = sqlx::query("SELECT COUNT(*) AS waiting FROM product_outbox").fetch_one(&self.database.pool);
        let row = in_time(async { Ok(count.await?) }).await?;
        Ok(u64::try_from(row.try_get::<i64, _>("waiting")?)?)
    }

    async fn wait(&mut self) {
        // an error of `changed` cannot be: the sender is in our own database
        let _ = tokio::time::timeout(LOOK_ANYWAY, self.added.changed()).await;
        tokio::time::sleep(GATHER).await;
    }
}
