//! A service that hears something: what it does of it is in its store, and shows how often and in which order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chassis::ids::RandomIds;
use events::inbox::{self, Handled};
use events::{Broker, Event, Failure, Subscription};
use serde::{Deserialize, Serialize};
use store::{Document, Schema, Store, StoreError};
use testbed::wait;

use crate::brokers::SOON;

/// What was heard of a subject.
#[derive(Clone, Serialize, Deserialize)]
struct Heard {
    subject: String,
    numbers: Vec<u64>,
}

impl Document for Heard {
    const COLLECTION: &'static str = "heard";

    fn key(&self) -> String {
        self.subject.clone()
    }
}

#[derive(Deserialize)]
struct Counted {
    number: u64,
}

#[derive(Clone)]
pub struct Listener {
    store: Store,
    /// How often the handler was called, also for what it had done before.
    calls: Arc<AtomicUsize>,
}

impl Listener {
    pub async fn new() -> Self {
        let schema = Schema::default().with::<Heard>().with::<Handled>();
        let store = Store::open(&"memory:".parse().unwrap(), "listener", schema, &RandomIds).await.unwrap();
        Self { store, calls: Arc::default() }
    }

    /// Listen, and wait until the queue is there.
    pub async fn listen(&self, broker: &Broker, queue: &str, kinds: &[&str]) -> Subscription {
        let listener = self.clone();
        let mut subscription = broker.subscribe(queue, kinds, move |event| {
            let listener = listener.clone();
            async move { listener.hear(event).await }
        });
        subscription.ready().await;
        subscription
    }

    /// Do the work: once, however often the event comes.
    pub async fn hear(&self, event: Event) -> Result<(), Failure> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let Counted { number } = event.data()?;
        let work = move |draft: &mut store::Draft| -> Result<(), StoreError> {
            if inbox::first_time(draft, &event) {
                let subject = event.subject().to_owned();
                let mut heard = match draft.get::<Heard>(&subject) {
                    Some(entry) => Heard { subject, numbers: entry.numbers.clone() },
                    None => Heard { subject, numbers: Vec::new() },
                };
                heard.numbers.push(number);
                draft.put(heard);
            }
            Ok(())
        };
        Ok(self.store.write(work).await?)
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// The numbers of a subject, in the order in which they had their effect.
    pub fn numbers(&self, subject: &str) -> Vec<u64> {
        self.store.read().get::<Heard>(subject).map(|heard| heard.numbers.clone()).unwrap_or_default()
    }

    /// How many events had an effect.
    pub fn count(&self) -> usize {
        self.store.read().iter::<Heard>().map(|heard| heard.numbers.len()).sum()
    }

    /// Wait until so many events had an effect.
    pub async fn has_heard(&self, count: usize) {
        wait::until_async("the events", SOON, async || (self.count() >= count).then_some(())).await;
    }

    /// Every number of these subjects once, and in order.
    pub fn assert_heard(&self, subjects: &[String], numbers: u64) {
        for subject in subjects {
            assert_eq!(self.numbers(subject), (0..numbers).collect::<Vec<_>>(), "of {subject}");
        }
        assert_eq!(self.store.read().iter::<Heard>().count(), subjects.len());
    }
}

/// Names for so many subjects.
pub fn subjects(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("subject-{number}")).collect()
}
