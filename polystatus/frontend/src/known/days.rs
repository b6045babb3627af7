//! For how long each service was in which condition, as this page saw it.
//!
//! Only the time between two answers that are close to one another counts, in the condition that the earlier one told.
//! Where the next answer is missing, because a peer was down or because we were, nothing is added: the day then has fewer
//! seconds than a day, and is shown so.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::clock::SharedClock;
use store::{Document, Draft, Store, StoreError};
use tokio::time::{MissedTickBehavior, interval};

use super::{Known, Memory, Source};
use crate::model::{Condition, DAYS_KEPT, Day, SECONDS_PER_DAY, account, day_of};

/// How often what was seen is written down.
const EVERY: Duration = Duration::from_mins(1);

/// For how long the right to write it down is held, in seconds: longer than the time between two writes.
const LEASE: u32 = 150;

/// The name of that right. Two instances that both added what they saw would make a day twice as long.
const LEASE_NAME: &str = "days";

/// Days that one round of pruning takes out at most.
const PRUNED_AT_ONCE: usize = 200;

type Conditions = Vec<(String, Condition)>;

/// What was seen and is not written down yet.
#[derive(Debug, Default)]
pub struct Seen {
    last: Option<(i64, Conditions)>,
    pending: BTreeMap<(String, String), BTreeMap<Condition, i64>>,
}

impl Seen {
    /// Take note of what is known now, `gap` being the longest time between two answers that counts, in seconds.
    pub fn note(&mut self, known: &Known, gap: i64) {
        let standing = known.standing(Source::Communications);
        let (true, Some(at), Some(summary)) = (standing.answers, standing.as_of, known.summary()) else {
            self.last = None;
            return;
        };
        if let Some((before, conditions)) = &self.last
            && (1..=gap).contains(&(at - before))
        {
            for (date, seconds) in account(*before, at) {
                for (component, condition) in conditions {
                    let day = self.pending.entry((component.clone(), date.clone())).or_default();
                    *day.entry(*condition).or_default() += seconds;
                }
            }
        }
        let conditions = summary.services.iter().map(|one| (one.component.clone(), one.condition)).collect();
        self.last = Some((at, conditions));
    }

    /// What is to be written, and nothing is left.
    fn take(&mut self) -> BTreeMap<(String, String), BTreeMap<Condition, i64>> {
        std::mem::take(&mut self.pending)
    }

    fn give_back(&mut self, taken: BTreeMap<(String, String), BTreeMap<Condition, i64>>) {
        for (key, seconds) in taken {
            let day = self.pending.entry(key).or_default();
            for (condition, seconds) in seconds {
                *day.entry(condition).or_default() += seconds;
            }
        }
    }
}

/// See, and write down what was seen, for as long as the service runs.
pub async fn watch(memory: Arc<Memory>, store: Store, clock: SharedClock, holder: String, gap: i64) {
    let mut seen = Seen::default();
    let mut looks = interval(Duration::from_secs(5));
    let mut writes = interval(EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    writes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut changed = memory.changed();
    loop {
        tokio::select! {
            _ = looks.tick() => seen.note(&memory.read(), gap),
            more = changed.changed() => match more {
                Ok(()) => seen.note(&memory.read(), gap),
                Err(_) => return,
            },
            _ = writes.tick() => write(&mut seen, &store, clock.unix_seconds(), &holder).await,
        }
    }
}

async fn write(seen: &mut Seen, store: &Store, now: i64, holder: &str) {
    let pending = seen.take();
    match store.lease(LEASE_NAME, holder, LEASE).await {
        Ok(true) => {}
        // another instance sees the same, and writes it
        Ok(false) => return,
        Err(error) => {
            tracing::debug!(%error, "what was seen is not written down yet");
            return seen.give_back(pending);
        }
    }
    let oldest = day_of(now - DAYS_KEPT * SECONDS_PER_DAY);
    let kept = pending.clone();
    let add = move |draft: &mut Draft| -> Result<(), StoreError> {
        for ((component, date), seconds) in &pending {
            let before = draft.get::<Day>(&Day::key_of(component, date));
            let mut day = before.map_or_else(|| Day::new(component, date), |day| day.document.clone());
            for (condition, seconds) in seconds {
                day.add(*condition, *seconds);
            }
            draft.put(day);
        }
        let old = draft.read().iter::<Day>().filter(|day| day.date < oldest).take(PRUNED_AT_ONCE);
        let old: Vec<String> = old.map(|day| day.key()).collect();
        for key in &old {
            draft.delete::<Day>(key);
        }
        Ok(())
    };
    if let Err(error) = store.write(add).await {
        tracing::debug!(%error, "what was seen is not written down yet");
        // after a broken connection nobody knows: rather a day that is too short than one that is too good
        if !matches!(error, StoreError::Unconfirmed) {
            seen.give_back(kept);
        }
    }
}
