//! The peers, asked in the background: no request of a reader ever waits for one.
//!
//! Each peer has a task that asks it everything once in a while, with the `ETag`s that it knows, and at once when the
//! peer's stream of events says that something is new. The stream only wakes: what is true is what the answers say.
//!
//! *A peer is down*: what it said last stays, with its age, and the others go on.

mod ask;
mod peers;
mod wake;

pub use peers::Peers;

use std::sync::Arc;
use std::time::Duration;

use chassis::client::Peer;
use chassis::clock::SharedClock;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

use crate::known::{Memory, Source, Topic};

/// Changes within this time are asked for together.
const TOGETHER: Duration = Duration::from_millis(15);

/// One peer, and what is known.
#[derive(Debug, Clone)]
pub struct Follower {
    source: Source,
    peer: Peer,
    memory: Arc<Memory>,
    clock: SharedClock,
    /// How often it is asked.
    every: Duration,
    /// Told when there is something new.
    news: Arc<Notify>,
}

impl Follower {
    /// Of this peer.
    pub fn new(source: Source, peer: Peer, memory: Arc<Memory>, clock: SharedClock, every: Duration) -> Self {
        Self { source, peer, memory, clock, every, news: Arc::default() }
    }

    /// What is told to make it ask at once.
    pub fn news(&self) -> Arc<Notify> {
        Arc::clone(&self.news)
    }

    /// Hear from its stream when there is something new, for as long as the service runs.
    pub async fn listen(self, peer: Peer) {
        let Some(path) = stream_of(self.source) else { return };
        wake::listen(&peer, path, &self.news).await;
    }

    /// Ask, for as long as the service runs.
    pub async fn follow(self) {
        loop {
            let next = Instant::now() + self.every;
            let answers = self.ask_everything().await;
            self.memory.note(self.source, answers, self.clock.unix_seconds());
            // an error says that nothing new was told: then it is time all the same
            if timeout_at(next, self.news.notified()).await.is_ok() {
                sleep(TOGETHER).await;
            }
        }
    }

    /// Whether it answered all of it.
    async fn ask_everything(&self) -> bool {
        let phases = Topic::of_source(self.source, &self.services()).len();
        for phase in 0..phases {
            // worked out anew: the first answers may name other services than before
            let topics = Topic::of_source(self.source, &self.services()).into_iter().nth(phase).unwrap_or_default();
            let (answers, all) = ask::ask(&self.peer, &self.memory.read(), topics).await;
            self.memory.take(answers);
            if !all {
                return false;
            }
        }
        self.forget_services_that_are_gone();
        true
    }

    /// The services of the catalogue, by their ids.
    fn services(&self) -> Vec<String> {
        self.memory.read().catalogue().iter().map(|one| one.id.clone()).collect()
    }

    fn forget_services_that_are_gone(&self) {
        let known = self.memory.read();
        let services = self.services();
        let gone = known.answers().map(|(topic, _)| topic).filter(|topic| {
            let of = if let Topic::Badge(id) | Topic::Reports(id) = topic { Some(id) } else { None };
            topic.source() == self.source && of.is_some_and(|id| !services.contains(id))
        });
        self.memory.take(gone.map(|topic| (topic.clone(), None)).collect());
    }
}

/// Where a source tells what is new; the inventory does not.
const fn stream_of(source: Source) -> Option<&'static str> {
    match source {
        Source::Communications => Some("/api/v1/public/stream"),
        Source::Incidents => Some("/api/v1/incidents/stream"),
        Source::Csp => Some("/api/v1/csp/stream"),
        Source::Inventory => None,
    }
}
