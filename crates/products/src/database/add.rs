//! Adding a product: the row, its number, and the event that tells of it, in one transaction.

use chassis::clock::Clock;
use chassis::ids::Ids;
use events::Event;
use ring::digest::{SHA256, digest};
use sqlx::{Any, Row, Transaction};

use super::{Database, PATIENCE, StorageError};
use crate::{ADDED, Kind, NewProduct, Product, SOURCE};

/// How long a client's `Idempotency-Key` is remembered, in seconds: a day, longer than anybody goes on trying.
const REMEMBERED: i64 = 86_400;

/// What a client asked for under an `Idempotency-Key`: asked twice, one product is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission(String);

impl Submission {
    /// Of who asks, and the key. Neither is kept: their hash is, since it has one length whatever they are.
    pub fn of(subject: &str, key: &str) -> Self {
        // the length before it: no subject with a key is taken for another subject with another key
        Self(hash(format!("{} {subject} {key}", subject.len()).as_bytes()))
    }
}

impl Database {
    /// Add a product.
    ///
    /// Every writer begins by changing the one row of the ledger, and so holds it until the commit: the next one waits.
    /// Products are therefore numbered in the order of the commits, without a gap, and a reader that has seen product 7
    /// will never see a new product 6. A sequence of the database would be faster, and promises neither.
    ///
    /// # Errors
    /// When the database cannot be reached, or the submission was used for another product.
    pub async fn add(
        &self,
        new: &NewProduct,
        submission: Option<&Submission>,
        clock: &dyn Clock,
        ids: &dyn Ids,
    ) -> Result<Product, StorageError> {
        let mut asked_to_commit = false;
        let adding = async {
            let _writer = self.writers.lock().await;
            let begin = match self.kind {
                // otherwise it would begin as a reader, and be refused when it wants to write
                Kind::Sqlite => "BEGIN IMMEDIATE",
                Kind::MySql => "BEGIN",
            };
            let mut turn = self.pool.begin_with(begin).await?;
            sqlx::query("UPDATE product_ledger SET last_id = last_id + 1").execute(&mut *turn).await?;
            let ledger = sqlx::query("SELECT last_id FROM product_ledger").fetch_one(&mut *turn).await?;
            let id: i64 = ledger.try_get("last_id")?;
            if let Some(submission) = submission
                && let Some(before) = submitted(&mut turn, submission, new).await?
            {
                // dropped without a commit: the number is not used up
                return Ok(before);
            }
            let (name, description) = (new.name.to_string(), new.description.to_string());
            let product = Product { id, name, description, price: new.price };
            let event = Event::new(ids, clock, SOURCE, ADDED, id.to_string(), &product).to_json();
            insert(&mut turn, &product, event).await?;
            if let Some(submission) = submission {
                remember(&mut turn, submission, new, id, clock.unix_seconds()).await?;
            }
            asked_to_commit = true;
            turn.commit().await.map_err(|error| StorageError::Unconfirmed(error.to_string()))?;
            self.added.send_if_modified(|known| std::mem::replace(known, id.max(*known)) < id);
            Ok(product)
        };
        let added = tokio::time::timeout(PATIENCE, adding).await;
        match added {
            Ok(added) => added,
            // the commit may have arrived: nobody may be told that nothing was changed
            Err(_) if asked_to_commit => Err(StorageError::Unconfirmed("no answer in time".to_owned())),
            Err(_) => Err(StorageError::TimedOut),
        }
    }
}

/// What was added under this submission, if it was made before.
async fn submitted(
    turn: &mut Transaction<'static, Any>,
    submission: &Submission,
    new: &NewProduct,
) -> Result<Option<Product>, StorageError> {
    let select = "SELECT fingerprint, product_id FROM product_submission WHERE submission = ?";
    let Some(row) = sqlx::query(select).bind(submission.0.clone()).fetch_optional(&mut **turn).await? else {
        return Ok(None);
    };
    if row.try_get::<String, _>("fingerprint")? != fingerprint(new) {
        return Err(StorageError::OtherSubmission);
    }
    // what was asked for is what was added, whatever has become of it since
    let (name, description) = (new.name.to_string(), new.description.to_string());
    Ok(Some(Product { id: row.try_get("product_id")?, name, description, price: new.price }))
}

async fn insert(turn: &mut Transaction<'static, Any>, product: &Product, event: String) -> Result<(), StorageError> {
    let insert = sqlx::query("INSERT INTO product (id, name, description, price) VALUES (?, ?, ?, ?)");
    let insert = insert.bind(product.id).bind(product.name.clone()).bind(product.description.clone());
    insert.bind(product.price.cents()).execute(&mut **turn).await?;
    let tell = sqlx::query("INSERT INTO product_outbox (position, event) VALUES (?, ?)");
    tell.bind(product.id).bind(event).execute(&mut **turn).await?;
    Ok(())
}

/// Remember this submission, and forget those that are old.
async fn remember(
    turn: &mut Transaction<'static, Any>,
    submission: &Submission,
    new: &NewProduct,
    id: i64,
    now: i64,
) -> Result<(), StorageError> {
    let forget = sqlx::query("DELETE FROM product_submission WHERE at < ?");
    forget.bind(now - REMEMBERED).execute(&mut **turn).await?;
    let remember = "INSERT INTO product_submission (submission, fingerprint, product_id, at) VALUES (?, ?, ?, ?)";
    let remember = sqlx::query(remember).bind(submission.0.clone()).bind(fingerprint(new));
    remember.bind(id).bind(now).execute(&mut **turn).await?;
    Ok(())
}

fn fingerprint(new: &NewProduct) -> String {
    hash(&serde_json::to_vec(new).expect("a product is plain data"))
}

fn hash(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        // writing to a String cannot fail
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_belongs_to_who_sends_it() {
        assert_eq!(Submission::of("zoe", "1"), Submission::of("zoe", "1"));
        assert_ne!(Submission::of("zoe", "1"), Submission::of("max", "1"));
        assert_ne!(Submission::of("zoe", "a b"), Submission::of("zoe a", "b"));
    }
}
