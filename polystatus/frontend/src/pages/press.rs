//! Where editions are made: each time something is known otherwise, and each minute, since ages and days go on.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use store::Store;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::crowd::Crowd;
use super::edition::Edition;
use super::parts::Making;
use crate::known::Memory;

/// How often an edition is made though nothing was told.
const EVERY: Duration = Duration::from_secs(30);

/// Changes within this time are printed together.
const TOGETHER: Duration = Duration::from_millis(20);

/// The present edition, and who waits for the next.
#[derive(Debug)]
pub struct Press {
    edition: ArcSwap<Edition>,
    printed: watch::Sender<u64>,
    crowd: Crowd,
}

impl Press {
    /// With a first edition, of what was kept.
    pub fn start(memory: &Memory, store: &Store, making: &Making) -> Self {
        let first = Edition::after(&Edition::default(), &memory.read(), &store.read(), making);
        Self { edition: ArcSwap::from_pointee(first), printed: watch::Sender::new(0), crowd: Crowd::default() }
    }

    /// The present edition.
    pub fn edition(&self) -> Arc<Edition> {
        self.edition.load_full()
    }

    /// What [`follow`](Self::follow) says when there will be no other edition.
    pub const STOPPED: u64 = u64::MAX;

    /// There will be no other edition: who follows a page is to go.
    pub fn stop(&self) {
        self.printed.send_replace(Self::STOPPED);
        self.crowd.tell_now(Self::STOPPED);
    }

    /// Told of each edition, a moment after it was made when many follow.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.crowd.join()
    }
}

/// Tell those who follow of each edition, for as long as the service runs.
pub async fn tell(press: Arc<Press>) {
    let mut printed = press.printed.subscribe();
    while printed.changed().await.is_ok() {
        let number = *printed.borrow_and_update();
        press.crowd.tell(number).await;
    }
}

/// Print, for as long as the service runs.
pub async fn print(press: Arc<Press>, memory: Arc<Memory>, store: Store, mut making: Making) {
    let mut changed = memory.changed();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            more = changed.changed() => {
                if more.is_err() {
                    return;
                }
                tokio::time::sleep(TOGETHER).await;
                changed.mark_unchanged();
            }
        }
        making.storage_gone = !store.is_reachable();
        let next = Edition::after(&press.edition(), &memory.read(), &store.read(), &making);
        press.edition.store(Arc::new(next));
        press.printed.send_modify(|number| *number = number.saturating_add(1));
    }
}
