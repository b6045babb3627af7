//! No storage: the snapshot is all there is, and beside it what is not held there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Committed;
use crate::transaction::{Transaction, position};

#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    outbox: BTreeMap<u64, String>,
    logs: BTreeMap<&'static str, BTreeMap<u64, String>>,
    /// By name: the holder, and until when.
    leases: BTreeMap<String, (String, Instant)>,
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // nothing panics half-way through a change
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn commit(&self, base: u64, transactions: &[Transaction]) -> Committed {
        let mut kept = self.kept();
        for (revision, transaction) in (base + 1..).zip(transactions) {
            for (number, event) in transaction.events.iter().enumerate() {
                kept.outbox.insert(position(revision, number), event.clone());
            }
            for (number, (log, entry)) in transaction.entries.iter().enumerate() {
                kept.logs.entry(log).or_default().insert(position(revision, number), entry.clone());
            }
        }
        Committed::Yes
    }

    pub fn log(&self, name: &str, before: Option<u64>, limit: usize) -> Vec<(u64, String)> {
        let kept = self.kept();
        let Some(log) = kept.logs.get(name) else { return Vec::new() };
        let newest = log.range(..before.unwrap_or(u64::MAX)).rev().take(limit);
        newest.map(|(position, entry)| (*position, entry.clone())).collect()
    }

    pub fn pending(&self, limit: usize) -> Vec<(u64, String)> {
        self.kept().outbox.iter().take(limit).map(|(position, event)| (*position, event.clone())).collect()
    }

    pub fn count(&self) -> u64 {
        self.kept().outbox.len() as u64
    }

    pub fn sent(&self, upto: u64) {
        let mut kept = self.kept();
        kept.outbox = kept.outbox.split_off(&(upto + 1));
    }

    /// Two tasks of this process may want it.
    pub fn lease(&self, name: &str, holder: &str, seconds: u32) -> bool {
        let (mut kept, now) = (self.kept(), Instant::now());
        if kept.leases.get(name).is_some_and(|(other, until)| other != holder && *until > now) {
            return false;
        }
        let until = now + Duration::from_secs(seconds.into());
        kept.leases.insert(name.to_owned(), (holder.to_owned(), until));
        true
    }
}
