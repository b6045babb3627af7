//! What becomes of one message at its consumer: the same rules, whichever broker brought it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::ids::SharedIds;
use futures_util::future::{BoxFuture, FutureExt};

use crate::figures::{Figures, Outcome};
use crate::interest::wants;
use crate::{Event, Failure};

/// How many times an event is tried that fails for an unknown reason. What passes by itself has passed by then: the
/// pauses add up to a few seconds.
const TRIES: u32 = 5;

/// The first pause between two tries, and the longest.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

pub(crate) type Handler = Arc<dyn Fn(Event) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

/// A consumer: a queue's name, what it wants, and what it does with it.
#[derive(Clone)]
pub(crate) struct Work {
    pub(crate) queue: Arc<str>,
    pub(crate) kinds: Arc<[String]>,
    pub(crate) handler: Handler,
    pub(crate) ids: SharedIds,
    pub(crate) figures: Figures,
}

/// What became of a message. Either way it has left the queue for good.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was handled.
    Done,
    /// It goes to the dead letters, for this reason.
    Dead(String),
}

impl Work {
    /// Handle a message until there is a verdict. It is dropped half-way when the process ends: the message is then
    /// delivered again.
    pub(crate) async fn handle(&self, message: &[u8]) -> Verdict {
        let verdict = match Event::parse(message) {
            Ok(event) => self.handle_event(event).await,
            Err(malformed) => Verdict::Dead(malformed.to_string()),
        };
        match &verdict {
            Verdict::Done => self.figures.handled(&self.queue, Outcome::Done),
            Verdict::Dead(reason) => {
                // without the event itself: it may hold what nobody should read in a log
                tracing::error!(queue = &*self.queue, reason, "an event cannot be handled: it is a dead letter now");
                self.figures.handled(&self.queue, Outcome::Dead);
            }
        }
        verdict
    }

    async fn handle_event(&self, event: Event) -> Verdict {
        if !self.wants(event.kind()) {
            // a queue keeps what an older version of its consumer asked for
            tracing::debug!(queue = &*self.queue, kind = event.kind(), "an event that is not wanted any more");
            return Verdict::Done;
        }
        let (mut failed, mut retry) = (0, 0);
        loop {
            let handled = AssertUnwindSafe(async { (self.handler)(event.clone()).await }).catch_unwind();
            let failure = match handled.await {
                Ok(Ok(())) => return Verdict::Done,
                Ok(Err(failure)) => failure,
                // its message is in the log by now; a consumer that ended of it would be missed by nobody
                Err(_panic) => Failure::failed("its handler panicked"),
            };
            failed += u32::from(matches!(failure, Failure::Failed(_)));
            if matches!(failure, Failure::Poison(_)) || failed >= TRIES {
                return Verdict::Dead(failure.to_string());
            }
            let pause = full_jitter(PAUSE, LONGEST_PAUSE, retry, &*self.ids);
            let (id, kind) = (event.id(), event.kind());
            tracing::warn!(queue = &*self.queue, id, kind, %failure, ?pause, "an event is tried again");
            self.figures.retried(&self.queue);
            tokio::time::sleep(pause).await;
            retry += 1;
        }
    }

    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.kinds.iter().any(|pattern| wants(pattern, kind))
    }
}
