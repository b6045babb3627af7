//! Delivery within a process: what RabbitMQ does, without it.
//!
//! What is said is handled when the relay hears that it is: an event leaves its outbox only then, and so survives the
//! end of the process at any moment. What RabbitMQ has beyond that: its queues are there when their consumers are not,
//! and a slow consumer does not hold up the relay.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use futures_util::future::{FutureExt, try_join_all};
use tokio::sync::{mpsc, oneshot, watch};

use crate::broker::{Confirm, DeadLetter, Heard, SendError, Stop};
use crate::work::{Verdict, Work};
use crate::{Event, interest};

/// Dead letters that are kept. The oldest are dropped: memory is bounded, and the log has told of each.
const DEAD_LETTERS: usize = 1000;

/// The buses with a name, for as long as somebody has them.
static NAMED: LazyLock<Mutex<BTreeMap<String, Weak<Bus>>>> = LazyLock::new(Mutex::default);

#[derive(Debug, Default)]
pub(crate) struct Bus {
    // std's locks: none is held across an await
    queues: Mutex<BTreeMap<Arc<str>, Vec<Consumer>>>,
    dead: Mutex<VecDeque<DeadLetter>>,
    /// How many hold it.
    holds: watch::Sender<usize>,
}

#[derive(Debug)]
struct Consumer {
    kinds: Arc<[String]>,
    messages: mpsc::UnboundedSender<Message>,
}

#[derive(Debug)]
struct Message {
    json: Bytes,
    done: oneshot::Sender<()>,
}

/// Nothing is delivered on its bus while this lives.
#[derive(Debug)]
pub struct Hold(Arc<Bus>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.holds.send_modify(|holds| *holds -= 1);
    }
}

impl Bus {
    pub(crate) fn named(name: Option<&str>) -> Arc<Self> {
        let Some(name) = name else { return Arc::default() };
        let mut named = lock(&NAMED);
        if let Some(bus) = named.get(name).and_then(Weak::upgrade) {
            return bus;
        }
        let bus = Arc::<Self>::default();
        named.insert(name.to_owned(), Arc::downgrade(&bus));
        bus
    }

    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.holds.send_modify(|holds| *holds += 1);
        Hold(Arc::clone(self))
    }

    /// The life of a consumer. It is in its queue when this returns, before the future is polled.
    pub(crate) fn consume(
        self: &Arc<Self>,
        work: Work,
        ready: &watch::Sender<bool>,
        stop: Stop,
    ) -> impl Future<Output = ()> + Send + use<> {
        // as many as a relay has under way, since that waits for each
        let (messages, mut received) = mpsc::unbounded_channel::<Message>();
        let consumer = Consumer { kinds: Arc::clone(&work.kinds), messages };
        lock(&self.queues).entry(Arc::clone(&work.queue)).or_default().push(consumer);
        ready.send_replace(true);
        let bus = Arc::clone(self);
        let hear = async move {
            while let Some(Message { json, done }) = received.recv().await {
                if let Verdict::Dead(reason) = work.handle(&json).await {
                    bus.bury(DeadLetter { queue: work.queue.to_string(), reason, message: json });
                }
                // a relay that has ended sends it again when it is back
                let _ = done.send(());
            }
        };
        async move {
            tokio::select! {
                () = hear => {}
                () = stop => {}
            }
        }
    }

    pub(crate) async fn send(&self, event: &Event, json: Bytes) -> Confirm {
        // an error: the sender is in this very bus, and cannot be gone
        let _ = self.holds.subscribe().wait_for(|holds| *holds == 0).await;
        let mut handled = Vec::new();
        for consumers in lock(&self.queues).values_mut() {
            consumers.retain(|consumer| !consumer.messages.is_closed());
            // of several, the first: the others are there for when it is gone
            let Some(consumer) = consumers.first() else { continue };
            if consumer.kinds.iter().any(|kind| interest::wants(kind, event.kind())) {
                let (done, handled_it) = oneshot::channel();
                // when the consumer ends just now, the answer is gone with the message
                let _ = consumer.messages.send(Message { json: json.clone(), done });
                handled.push(handled_it);
            }
        }
        let heard = if handled.is_empty() { Heard::No } else { Heard::Yes };
        let all = try_join_all(handled);
        all.map(move |done| done.map(|_| heard).map_err(|_| SendError::ConsumerGone)).boxed()
    }

    pub(crate) fn bury(&self, letter: DeadLetter) {
        let mut dead = lock(&self.dead);
        if dead.len() == DEAD_LETTERS {
            dead.pop_front();
        }
        dead.push_back(letter);
    }

    pub(crate) fn dead_letters(&self) -> Vec<DeadLetter> {
        lock(&self.dead).iter().cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // no code that could panic runs under these locks
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
