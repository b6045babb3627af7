//! The way between those who say something and those who want to hear it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use chassis::ids::SharedIds;
use chassis::service::Foundation;
use futures_util::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use crate::figures::Figures;
use crate::in_process::{Bus, Hold};
use crate::settings::EventsUrl;
use crate::work::Work;
use crate::{Event, Failure, amqp};

/// A broker. Clones share it.
#[derive(Clone)]
pub struct Broker {
    way: Way,
    pub(crate) ids: SharedIds,
    pub(crate) figures: Figures,
}

#[derive(Clone)]
enum Way {
    InProcess(Arc<Bus>),
    Amqp(Arc<amqp::Address>),
}

/// A message that no consumer could handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The queue that it was in.
    pub queue: String,
    /// Why.
    pub reason: String,
    /// What it was, in most cases an event as JSON.
    pub message: Bytes,
}

impl Broker {
    /// A broker for one service: its figures go to this service's metrics, and so it is opened once.
    ///
    /// Nothing can fail here. RabbitMQ is connected to when there is something to do, and again and again while it is
    /// down: a service starts without it.
    pub fn open(url: &EventsUrl, foundation: &Foundation) -> Self {
        let way = match url {
            EventsUrl::InProcess(name) => Way::InProcess(Bus::named(name.as_deref())),
            EventsUrl::Amqp(uri) => Way::Amqp(Arc::new(amqp::Address::of(uri))),
        };
        let figures = Figures::register(&foundation.metrics, foundation.clock.clone());
        Self { way, ids: foundation.ids.clone(), figures }
    }

    /// Hear events of these kinds (`inventory.server.down`; `inventory.*.down`; `inventory.#`), for as long as the
    /// subscription lives.
    ///
    /// The queue keeps them while nobody listens; it belongs to a service, not to an instance of it. Of several instances
    /// one listens, and another takes over when it is gone: so events come one after another, in order. The handler is
    /// given the next one when it is done with the last; when it returns `Ok`, what it did must be stored. The same event
    /// may come twice: [`inbox`](crate::inbox) tells.
    #[must_use = "events are heard for as long as the subscription lives"]
    pub fn subscribe<H, F>(&self, queue: &str, kinds: &[&str], handler: H) -> Subscription
    where
        H: Fn(Event) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let work = Work {
            queue: queue.into(),
            kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            handler: Arc::new(move |event| -> BoxFuture<'static, _> { Box::pin(handler(event)) }),
            ids: self.ids.clone(),
            figures: self.figures.clone(),
        };
        let (ready, is_ready) = watch::channel(false);
        let (lives, ended) = oneshot::channel::<()>();
        let stop: Stop = Box::pin(async { drop(ended.await) });
        match &self.way {
            Way::InProcess(bus) => tokio::spawn(bus.consume(work, &ready, stop)),
            Way::Amqp(address) => tokio::spawn(amqp::consume(Arc::clone(address), work, ready, stop)),
        };
        Subscription { _lives: lives, is_ready }
    }

    /// Hold back what is said within this process until what is returned is dropped: for a process that starts several
    /// services, so that none speaks before all listen. A queue of RabbitMQ is there from the first start on, and nothing
    /// need be held back.
    #[must_use = "it holds until it is dropped"]
    pub fn hold(&self) -> Option<Hold> {
        match &self.way {
            Way::InProcess(bus) => Some(bus.hold()),
            Way::Amqp(_) => None,
        }
    }

    /// The dead letters of this process, the oldest first. Those of RabbitMQ stay there, in the queue `<queue>.dead`.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        match &self.way {
            Way::InProcess(bus) => bus.dead_letters(),
            Way::Amqp(_) => Vec::new(),
        }
    }

    /// Whether the relay could send when it last tried. For readiness, where a service cannot do its work otherwise; one
    /// whose events may be late needs no broker to be ready.
    pub fn is_reachable(&self) -> bool {
        self.figures.outbox.reachable.load(Ordering::Relaxed)
    }

    /// The same, with what is the matter: for a service's readiness, beside its storage.
    ///
    /// # Errors
    /// When the relay could not send when it last tried.
    pub fn ready(&self) -> Result<(), &'static str> {
        if self.is_reachable() { Ok(()) } else { Err("events wait for it") }
    }

    pub(crate) fn publisher(&self) -> Publisher {
        match &self.way {
            Way::InProcess(bus) => Publisher::InProcess(Arc::clone(bus)),
            Way::Amqp(address) => Publisher::Amqp(Box::new(amqp::Publisher::to(Arc::clone(address)))),
        }
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.way {
            Way::InProcess(_) => "Broker(in-process)",
            Way::Amqp(_) => "Broker(amqp)",
        })
    }
}

/// Events are heard for as long as this lives. What is handled when it is dropped is given up half-way, and delivered
/// again to the next who listens.
#[derive(Debug)]
pub struct Subscription {
    /// Its end is the subscription's.
    _lives: oneshot::Sender<()>,
    is_ready: watch::Receiver<bool>,
}

/// Returns when a subscription was dropped.
pub(crate) type Stop = BoxFuture<'static, ()>;

impl Subscription {
    /// Returns when the queue was there for the first time: nothing that is said from then on is missed.
    pub async fn ready(&mut self) {
        // an error: the task has ended, which it does when its runtime does
        let _ = self.is_ready.wait_for(|ready| *ready).await;
    }
}

/// What a relay sends by.
pub(crate) enum Publisher {
    InProcess(Arc<Bus>),
    Amqp(Box<amqp::Publisher>),
}

/// To be waited for: the broker's word that it has the event for good.
pub(crate) type Confirm = BoxFuture<'static, Result<Heard, SendError>>;

/// Whether there is a queue for an event. For one that nobody has ever asked for, there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Yes,
    No,
}

/// Why an event was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("the broker cannot be used: {0}")]
    Amqp(#[from] lapin::Error),
    #[error("the broker did not answer in time")]
    TimedOut,
    #[error("the broker refused it")]
    Refused,
    #[error("its consumer ended before it was done")]
    ConsumerGone,
}

impl Publisher {
    /// Hand an event over. In this order it comes to its queues.
    pub(crate) async fn send(&mut self, event: &Event, json: Bytes) -> Result<Confirm, SendError> {
        match self {
            Self::InProcess(bus) => Ok(bus.send(event, json).await),
            Self::Amqp(publisher) => publisher.send(event, &json).await,
        }
    }

    /// Put what is no event among the dead letters.
    pub(crate) async fn bury(&mut self, letter: DeadLetter) -> Result<(), SendError> {
        match self {
            Self::InProcess(bus) => bus.bury(letter),
            Self::Amqp(publisher) => publisher.bury(&letter).await?,
        }
        Ok(())
    }

    /// After a failure: nobody knows what the connection is in the middle of.
    pub(crate) fn reset(&mut self) {
        if let Self::Amqp(publisher) = self {
            publisher.reset();
        }
    }
}
