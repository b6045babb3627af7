//! The relay: sends on what stands in an outbox, until the broker has it.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chassis::backoff::full_jitter;
use futures_util::StreamExt;
use futures_util::future::FutureExt;
use futures_util::stream::FuturesUnordered;
use tokio::task::JoinHandle;

use crate::broker::{DeadLetter, Heard, Publisher, SendError};
use crate::{Broker, Event, Outbox, Pending};

/// Events that are read at once, and marked as sent at once.
const BATCH: usize = 512;

/// Events under way at most: sent, and not confirmed. A broker answers many at once, so waiting for each before the next
/// is sent would cost a trip to its disk per event.
const WINDOW: usize = 256;

/// The first pause after a failure, and the longest: so long after the broker is back the first event comes at the latest.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often another relay's lease is looked at.
const ASK_FOR_LEASE_EVERY: Duration = Duration::from_secs(1);

/// Where what stands in an outbox and is no event is buried: `outbox.dead`.
const UNREADABLE: &str = "outbox";

/// Sends on what an outbox holds, for as long as it lives. What is under way when it is dropped stays in the outbox.
#[derive(Debug)]
#[must_use = "events are sent for as long as the relay lives"]
pub struct Relay(JoinHandle<()>);

impl Relay {
    /// Send, in order, everything that is and will be in this outbox.
    pub fn start(outbox: impl Outbox, broker: &Broker) -> Self {
        let runner = Runner { outbox, publisher: broker.publisher(), broker: broker.clone(), failures: 0 };
        Self(tokio::spawn(runner.run()))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Runner<O> {
    outbox: O,
    publisher: Publisher,
    broker: Broker,
    /// How many rounds in a row came to nothing.
    failures: u32,
}

impl<O: Outbox> Runner<O> {
    async fn run(mut self) {
        loop {
            match self.round().await {
                Ok(()) => self.failures = 0,
                Err(error) => {
                    let broker = error.is::<SendError>();
                    self.note(broker.then_some(&*error));
                    if !broker {
                        tracing::warn!(%error, "the outbox cannot be used: events wait");
                    }
                    self.count().await;
                    let pause = full_jitter(PAUSE, LONGEST_PAUSE, self.failures, &*self.broker.ids);
                    self.failures = self.failures.saturating_add(1);
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// Look once, send what is there, and mark what has arrived.
    async fn round(&mut self) -> Result<(), crate::OutboxError> {
        if !self.outbox.lease().await? {
            // another relay tells how the outbox stands, and whether the broker is there
            self.broker.figures.outbox.set(0, None);
            self.note(None);
            tokio::time::sleep(ASK_FOR_LEASE_EVERY).await;
            return Ok(());
        }
        let pending = self.outbox.pending(BATCH).await?;
        if pending.is_empty() {
            self.broker.figures.outbox.set(0, None);
            // nothing is late
            self.note(None);
            self.outbox.wait().await;
            return Ok(());
        }
        let events: Vec<_> = pending.iter().map(|pending| Event::parse(&pending.event)).collect();
        let oldest = events.iter().find_map(|event| event.as_ref().ok().map(Event::time));
        let count = if pending.len() < BATCH { pending.len() as u64 } else { self.outbox.count().await? };
        self.broker.figures.outbox.set(count, oldest);
        let (arrived, failure) = self.send(&pending, &events).await;
        if arrived > 0 {
            self.outbox.sent(pending[arrived - 1].position).await?;
        }
        if let Some(error) = failure {
            // what has arrived before it shows that the broker is not down for good
            self.failures = if arrived > 0 { 0 } else { self.failures };
            self.publisher.reset();
            return Err(error.into());
        }
        self.note(None);
        Ok(())
    }

    /// Send these, and tell how many of them, from the first on, have arrived for good.
    ///
    /// Many are under way at once, but of one subject only one. A broker may refuse an event and take those behind it; if
    /// they were of the same subject, it would come after them when it is sent again.
    async fn send(
        &mut self,
        pending: &[Pending],
        events: &[Result<Event, crate::Malformed>],
    ) -> (usize, Option<SendError>) {
        let mut arrived = vec![false; events.len()];
        let mut under_way = FuturesUnordered::new();
        let mut subjects = HashSet::new();
        let mut failure = None;
        let figures = self.broker.figures.clone();
        let mut note = |place: usize, subjects: &mut HashSet<&str>, heard: Result<Heard, SendError>| match heard {
            Ok(heard) => {
                arrived[place] = true;
                figures.sent.inc();
                if let Ok(event) = &events[place] {
                    subjects.remove(event.subject());
                    if heard == Heard::No {
                        figures.unheard.inc();
                        tracing::debug!(kind = event.kind(), "an event that no queue is bound for");
                    }
                }
                None
            }
            Err(error) => Some(error),
        };
        for (place, (event, pending)) in events.iter().zip(pending).enumerate() {
            let event = match event {
                Ok(event) => event,
                Err(malformed) => {
                    // a mistake in the program: it must not hold up what is right
                    tracing::error!(position = pending.position, %malformed, "an outbox holds what is no event");
                    let (queue, reason) = (UNREADABLE.to_owned(), malformed.to_string());
                    let letter = DeadLetter { queue, reason, message: pending.event.clone() };
                    failure = note(place, &mut subjects, self.publisher.bury(letter).await.map(|()| Heard::Yes));
                    if failure.is_some() {
                        break;
                    }
                    continue;
                }
            };
            while failure.is_none() && (under_way.len() >= WINDOW || subjects.contains(event.subject())) {
                let Some((place, heard)) = under_way.next().await else { break };
                failure = note(place, &mut subjects, heard);
            }
            if failure.is_some() {
                break;
            }
            match self.publisher.send(event, pending.event.clone()).await {
                Ok(confirm) => {
                    subjects.insert(event.subject());
                    under_way.push(confirm.map(move |heard| (place, heard)));
                }
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        // those behind a failure may have arrived all the same
        while let Some((place, heard)) = under_way.next().await {
            failure = failure.or(note(place, &mut subjects, heard));
        }
        (arrived.iter().take_while(|arrived| **arrived).count(), failure)
    }

    /// While the broker is down the outbox grows, and nobody else would count it.
    async fn count(&mut self) {
        if let Ok(count) = self.outbox.count().await {
            self.broker.figures.outbox.pending.store(count, Ordering::Relaxed);
        }
    }

    /// Remember whether the broker can be reached, and say when that changes.
    fn note(&self, failure: Option<&(dyn std::error::Error + Send + Sync)>) {
        let was = self.broker.figures.outbox.reachable.swap(failure.is_none(), Ordering::Relaxed);
        match failure {
            Some(error) if was => tracing::error!(%error, "events cannot be sent: they wait in the outbox"),
            None if !was => tracing::info!("events are sent again"),
            _ => {}
        }
    }
}
