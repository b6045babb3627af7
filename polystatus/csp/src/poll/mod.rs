//! Who is asked when: a round over the providers, a look at one of them, and what is done with what it says.

mod schedule;
mod watched;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chassis::ApiError;
use futures_util::future::join_all;
use serde::Serialize;
use store::{Draft, Store};
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior, interval};
use utoipa::ToSchema;
use values::ServiceId;

use crate::feeds::{self, Reading};
use crate::fetch::{FetchError, Fetched, Fetcher};
use crate::model::Provider;
use crate::stamp::{OURSELVES, Scribe};
use crate::writes::{self, Noted, Rules, no_such_provider};
use watched::{Memory, Watched};

/// Feeds that are fetched and read at once at most: each may take twice the largest size for a moment.
const AT_ONCE: usize = 4;

/// How often we look who is due.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The replica that asks has this lease; the others stand by, so that a provider is asked once a minute and not once for
/// each of us.
const LEASE: &str = "polls";
const LEASE_SECONDS: u32 = 30;
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// What came of looking at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It has said something new.
    Changed,
    /// It says what it said before.
    Unchanged,
    /// It could not be asked, or not be understood.
    Failed,
}

/// A look at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Polled {
    /// At whom.
    #[schema(value_type = String, example = "github")]
    pub provider: ServiceId,
    /// What came of it.
    pub outcome: Outcome,
    /// What changed.
    #[serde(flatten)]
    pub noted: Noted,
    /// What went wrong.
    pub error: Option<String>,
}

/// Asks the providers.
#[derive(Clone)]
pub struct Poller(Arc<Inner>);

struct Inner {
    store: Store,
    scribe: Scribe,
    fetcher: Fetcher,
    rules: Rules,
    every: Duration,
    places: Semaphore,
    // std's, not tokio's: it is never held across an await
    watched: Mutex<HashMap<ServiceId, Arc<Watched>>>,
}

impl Poller {
    /// Asks with this fetcher, each provider once in `every`.
    pub fn new(store: Store, scribe: Scribe, fetcher: Fetcher, rules: Rules, every: Duration) -> Self {
        let (places, watched) = (Semaphore::new(AT_ONCE), Mutex::default());
        Self(Arc::new(Inner { store, scribe, fetcher, rules, every, places, watched }))
    }

    /// Who may be asked.
    pub fn fetcher(&self) -> &Fetcher {
        &self.0.fetcher
    }

    /// Ask whoever is due, for ever.
    pub async fn go_round(self) {
        let holder = self.0.scribe.ids.secret();
        let mut ticks = interval(LOOK_EVERY);
        // after a long stop once, not as often as it was missed
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut ours, mut renew_at) = (false, Instant::now());
        loop {
            ticks.tick().await;
            if Instant::now() >= renew_at {
                // without a storage nothing could be written down
                ours = self.0.store.lease(LEASE, &holder, LEASE_SECONDS).await.unwrap_or(false);
                renew_at = Instant::now() + RENEW_EVERY;
            }
            for provider in self.due().into_iter().filter(|_| ours) {
                let poller = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = poller.look(&provider, OURSELVES).await {
                        tracing::debug!(%error, %provider, "what a provider says could not be written down");
                    }
                });
            }
        }
    }

    fn due(&self) -> Vec<ServiceId> {
        let snapshot = self.0.store.read();
        let providers: Vec<&Provider> = snapshot.iter::<Provider>().map(|provider| &provider.document).collect();
        let mut watched = self.watched();
        watched.retain(|id, _| providers.iter().any(|provider| provider.id == *id));
        let (now, mut due) = (Instant::now(), Vec::new());
        for provider in providers {
            let entry = watched.entry(provider.id.clone());
            let watched = entry.or_insert_with(|| Arc::new(Watched::new(provider, now, &*self.0.scribe.ids)));
            if watched.is_stale(provider) {
                *watched = Arc::new(Watched::new(provider, now, &*self.0.scribe.ids));
            }
            if watched.take_turn(now, self.0.every) {
                due.push(provider.id.clone());
            }
        }
        due
    }

    /// Look at a provider in the next round: something about it is new.
    pub fn soon(&self, id: &ServiceId) {
        if let Some(watched) = self.watched().get(id) {
            watched.next_turn(Duration::ZERO);
        }
    }

    /// Look at all providers now.
    ///
    /// # Errors
    /// When what they say cannot be written down.
    pub async fn look_at_all(&self, by: &str) -> Result<Vec<Polled>, ApiError> {
        let snapshot = self.0.store.read();
        let ids: Vec<ServiceId> = snapshot.iter::<Provider>().map(|provider| provider.id.clone()).collect();
        join_all(ids.iter().map(|id| self.look(id, by))).await.into_iter().collect()
    }

    /// Look at a provider now.
    ///
    /// # Errors
    /// 404, and when what it says cannot be written down.
    pub async fn look(&self, id: &ServiceId, by: &str) -> Result<Polled, ApiError> {
        let provider = self.0.store.read().get::<Provider>(id.as_str()).cloned().ok_or_else(no_such_provider)?;
        let watched = {
            let mut all = self.watched();
            let fresh = || Arc::new(Watched::new(&provider, Instant::now(), &*self.0.scribe.ids));
            let watched = all.entry(id.clone()).or_insert_with(fresh);
            if watched.is_stale(&provider) {
                *watched = fresh();
            }
            Arc::clone(watched)
        };
        // one at a time: who asks meanwhile waits, and asks again what is then cheap
        let mut memory = watched.memory.lock().await;
        let looked = self.fetch(&provider, &watched, &mut memory).await;
        let error = looked.as_ref().err().map(|failure| failure.reason.clone());
        watched.next_turn(schedule::after(&looked, memory.failures, self.0.every, &*self.0.scribe.ids));
        let noted = match looked {
            Ok(read) => self.note(id, by, read).await?,
            Err(failure) => self.note_failure(id, by, failure).await?,
        };
        let outcome = match (&error, noted.is_change()) {
            (Some(_), _) => Outcome::Failed,
            (None, true) => Outcome::Changed,
            (None, false) => Outcome::Unchanged,
        };
        Ok(Polled { provider: id.clone(), outcome, noted, error })
    }

    async fn fetch(&self, provider: &Provider, watched: &Watched, memory: &mut Memory) -> Result<Read, Failure> {
        // a place first: the time in the queue is not the provider's
        let _place = self.0.places.acquire().await;
        let permit = watched.breaker.ask(Instant::now()).map_err(|until| Failure {
            reason: "it has kept failing and is left alone for a while".to_owned(),
            reached: false,
            wait: Some(until.saturating_duration_since(Instant::now())),
            may_pass: false,
        })?;
        let fetched = self.0.fetcher.fetch(&provider.feed_url, &memory.validators).await;
        permit.record(fetched.as_ref().is_err_and(FetchError::counts_as_failure), Instant::now());
        memory.failures = if fetched.is_ok() { 0 } else { memory.failures.saturating_add(1) };
        match fetched {
            Ok(Fetched::Body { body, validators, age }) => {
                // a large feed takes a tenth of a second: not on the thread that answers requests
                let read = tokio::task::spawn_blocking(move || feeds::read(&body).map(understood)).await;
                let read = read.unwrap_or(Err(feeds::Unreadable::Unrecognised("it cannot be read at all")));
                match read {
                    Ok(reading) => {
                        (memory.validators, memory.reading) = (validators, Some(reading.clone()));
                        Ok(Read { reading, age })
                    }
                    Err(error) => {
                        // without validators it comes again as a whole
                        *memory = Memory { failures: memory.failures, ..Memory::default() };
                        Err(Failure { reason: error.to_string(), reached: true, wait: None, may_pass: false })
                    }
                }
            }
            Ok(Fetched::NotModified { age }) => match &memory.reading {
                Some(reading) => Ok(Read { reading: reading.clone(), age }),
                None => Err(Failure {
                    reason: "it was answered with 304, and nothing was known".to_owned(),
                    reached: false,
                    wait: None,
                    may_pass: true,
                }),
            },
            Err(error) => {
                let wait = if let FetchError::Status { retry_after, .. } = &error { *retry_after } else { None };
                Err(Failure { reason: error.to_string(), reached: false, wait, may_pass: error.may_pass() })
            }
        }
    }

    async fn note(&self, id: &ServiceId, by: &str, read: Read) -> Result<Noted, ApiError> {
        let (id, rules, stamp) = (id.clone(), self.0.rules, self.0.scribe.stamp(by));
        let Read { reading: Understood { reading, fingerprint }, age } = read;
        let note =
            move |draft: &mut Draft| writes::note_reading(draft, &stamp, &id, &rules, &reading, &fingerprint, age);
        self.0.store.write(note).await
    }

    async fn note_failure(&self, id: &ServiceId, by: &str, failure: Failure) -> Result<Noted, ApiError> {
        let (id, rules, stamp) = (id.clone(), self.0.rules, self.0.scribe.stamp(by));
        let note =
            move |draft: &mut Draft| writes::note_failure(draft, &stamp, &id, &rules, failure.reached, &failure.reason);
        self.0.store.write(note).await
    }

    fn watched(&self) -> std::sync::MutexGuard<'_, HashMap<ServiceId, Arc<Watched>>> {
        // no code that could panic runs under the lock
        self.0.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds after which what is known is stale.
    pub fn stale_after(&self) -> i64 {
        self.0.rules.stale_after
    }
}

/// A reading, and what tells it from others.
#[derive(Debug, Clone)]
struct Understood {
    reading: Arc<Reading>,
    fingerprint: Arc<str>,
}

fn understood(reading: Reading) -> Understood {
    let fingerprint = crate::fingerprint::of_reading(&reading).into();
    Understood { reading: Arc::new(reading), fingerprint }
}

/// What a provider says now.
#[derive(Debug)]
struct Read {
    reading: Understood,
    /// In seconds.
    age: i64,
}

/// Why that is not known.
#[derive(Debug)]
struct Failure {
    reason: String,
    /// Whether something came, which could not be read.
    reached: bool,
    /// How long it is to be left alone at least.
    wait: Option<Duration>,
    /// Whether asking again soon may help.
    may_pass: bool,
}
