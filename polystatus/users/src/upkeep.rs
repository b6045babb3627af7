//! What is to be done from time to time: keys that follow one another, sessions and links that have ended.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use chassis::clock::{Clock, SharedClock};
use chassis::ids::{Ids, SharedIds};
use store::{Document, Draft, Snapshot, Store, StoreError};

use crate::model::{Link, Session, keys_are_due, tend_keys};
use crate::sealing::Sealer;
use crate::tokens::new_key;

/// How often somebody looks: the next key is published for a day before it signs, so a minute is nothing.
const EVERY: Duration = Duration::from_mins(1);

/// What has ended and is taken out in one write at most.
const AT_ONCE: usize = 1000;

/// Looks every minute, for as long as it lives.
pub struct Upkeep(JoinHandle<()>);

impl Upkeep {
    /// Every replica does it: the store lets one of them be first, and the others find nothing left to do.
    pub fn start(store: Store, clock: SharedClock, sealer: Arc<Sealer>, ids: SharedIds) -> Self {
        Self(actix_web::rt::spawn(async move {
            loop {
                tokio::time::sleep(EVERY).await;
                if let Err(error) = tend(&store, &*clock, &sealer, &*ids).await {
                    tracing::warn!(%error, "keys, sessions and links are not kept up for now");
                }
            }
        }))
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Do what is due, if anything is.
pub async fn tend(store: &Store, clock: &dyn Clock, sealer: &Sealer, ids: &dyn Ids) -> Result<(), StoreError> {
    let now = clock.unix_seconds();
    let snapshot = store.read();
    if !keys_are_due(&snapshot, now)
        && ended::<Session>(&snapshot, now).is_empty()
        && ended::<Link>(&snapshot, now).is_empty()
    {
        return Ok(());
    }
    let fresh = new_key(now, sealer, ids);
    store
        .write(move |draft| {
            tend_keys(draft, now, &fresh);
            take_out::<Session>(draft, now);
            take_out::<Link>(draft, now);
            Ok(())
        })
        .await
}

/// Something that ends by itself.
trait Ends: Document {
    fn ends_at(&self) -> i64;
}

impl Ends for Session {
    fn ends_at(&self) -> i64 {
        Self::ends_at(self)
    }
}

impl Ends for Link {
    fn ends_at(&self) -> i64 {
        self.expires_at
    }
}

fn ended<T: Ends>(snapshot: &Snapshot, now: i64) -> Vec<String> {
    snapshot.iter::<T>().filter(|entry| now >= entry.ends_at()).take(AT_ONCE).map(|entry| entry.key()).collect()
}

fn take_out<T: Ends>(draft: &mut Draft, now: i64) {
    for key in ended::<T>(draft.read(), now) {
        draft.delete::<T>(&key);
    }
}
