//! Who is asked when: a round over the providers, a look at one of them, and what is done with what it says.

mod schedule;
mod watched;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chassis::ApiError;
use futures_util::future::join_all;
use serde::Serialize;
use store::{Draft, Entry, Store};
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior, interval};
use utoipa::ToSchema;
use values::ServiceId;

use crate::feeds::{self, Reading};
use crate::fetch::{FetchError, Fetched, Fetcher, unsaid_wait};
use crate::model::{Provider, Standing};
use crate::stamp::{OURSELVES, Scribe};
use crate::writes::{self, Answer, Miss, Noted, Rules, no_such_provider};
use watched::{Memory, Watched};

/// Feeds that are fetched and read at once at most: each may take twice the largest size for a moment.
const AT_ONCE: usize = 4;

/// How often we look who is due.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often we look whether something has become stale.
const TELL_EVERY: Duration = Duration::from_secs(1);

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
    /// It was asked a moment ago, or wants to be left alone: nothing was sent.
    TooSoon,
}

/// Who wants a provider to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Its turn has come.
    InTurn,
    /// Somebody called refresh.
    ByHand,
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
    /// Seconds after which it may be asked again, where nothing was sent.
    #[schema(example = json!(null))]
    pub retry_after: Option<i64>,
}

/// Asks the providers.
#[derive(Clone)]
pub struct Poller(Arc<Inner>);

struct Inner {
    store: Store,
    scribe: Scribe,
    fetcher: Fetcher,
    rules: Rules,
    times: Times,
    places: Semaphore,
    // std's, not tokio's: it is never held across an await
    watched: Mutex<HashMap<ServiceId, Arc<Watched>>>,
}

/// How often a provider is asked.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Once in this time, when nobody calls refresh.
    pub every: Duration,
    /// Refresh asks it at most once in so many seconds.
    pub floor: i64,
}

impl Poller {
    /// Asks with this fetcher, at these times.
    pub fn new(store: Store, scribe: Scribe, fetcher: Fetcher, rules: Rules, times: Times) -> Self {
        let (places, watched) = (Semaphore::new(AT_ONCE), Mutex::default());
        Self(Arc::new(Inner { store, scribe, fetcher, rules, times, places, watched }))
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
                    if let Err(error) = poller.look_as(&provider, OURSELVES, Asked::InTurn).await {
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
            if watched.take_turn(now, self.0.times.every) {
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

    /// Look at a provider now, unless it was asked a moment ago.
    ///
    /// # Errors
    /// 404, and when what it says cannot be written down.
    pub async fn look(&self, id: &ServiceId, by: &str) -> Result<Polled, ApiError> {
        self.look_as(id, by, Asked::ByHand).await
    }

    async fn look_as(&self, id: &ServiceId, by: &str, asked: Asked) -> Result<Polled, ApiError> {
        loop {
            let watched = self.watched_as(&*self.provider(id)?);
            // one at a time: who asks meanwhile waits, and asks again what is then cheap
            let mut memory = watched.memory.lock().await;
            let provider = self.provider(id)?;
            // what is remembered of another feed is not asked for at this one
            if !watched.is_stale(&provider) {
                return self.look_with(&provider, &watched, &mut memory, by, asked).await;
            }
        }
    }

    async fn look_with(
        &self,
        provider: &Provider,
        watched: &Watched,
        memory: &mut Memory,
        by: &str,
        asked: Asked,
    ) -> Result<Polled, ApiError> {
        let id = provider.id.clone();
        if let Some(seconds) = self.too_soon(&id, asked) {
            if asked == Asked::InTurn {
                watched.next_turn(Duration::from_secs(seconds.unsigned_abs()));
            }
            return Ok(self.spared(id, seconds));
        }
        let looked = self.fetch(provider, watched, memory).await;
        let error = looked.as_ref().err().map(|failure| failure.reason.clone());
        watched.next_turn(schedule::after(&looked, memory.failures, self.0.times.every, &*self.0.scribe.ids));
        let noted = match looked {
            Ok(read) => self.note(provider, by, read).await?,
            Err(failure) => self.note_failure(provider, by, failure).await?,
        };
        let Some(noted) = noted else {
            let error = Some("it was changed while it was asked: ask again".to_owned());
            let (outcome, noted) = (Outcome::Failed, Noted::default());
            return Ok(Polled { provider: id, outcome, noted, error, retry_after: None });
        };
        let outcome = match (&error, noted.is_change()) {
            (Some(_), _) => Outcome::Failed,
            (None, true) => Outcome::Changed,
            (None, false) => Outcome::Unchanged,
        };
        Ok(Polled { provider: id, outcome, noted, error, retry_after: None })
    }

    fn provider(&self, id: &ServiceId) -> Result<Arc<Entry<Provider>>, ApiError> {
        self.0.store.read().get::<Provider>(id.as_str()).cloned().ok_or_else(no_such_provider)
    }

    /// What is remembered of a provider; nothing, when its feed is elsewhere by now.
    fn watched_as(&self, provider: &Provider) -> Arc<Watched> {
        let mut all = self.watched();
        let fresh = || Arc::new(Watched::new(provider, Instant::now(), &*self.0.scribe.ids));
        let watched = all.entry(provider.id.clone()).or_insert_with(fresh);
        if watched.is_stale(provider) {
            *watched = fresh();
        }
        Arc::clone(watched)
    }

    /// For how many seconds a provider is not to be asked. The store is looked at and not our memory: of several replicas
    /// each could be told to refresh, and a restart is no reason to ask earlier.
    fn too_soon(&self, id: &ServiceId, asked: Asked) -> Option<i64> {
        let snapshot = self.0.store.read();
        let standing = snapshot.get::<Standing>(id.as_str()).filter(|standing| standing.was_tried())?;
        let floor = standing.tried_at + self.0.times.floor;
        let until = standing.leave_until.into_iter().chain((asked == Asked::ByHand).then_some(floor)).max()?;
        Some(until - self.0.scribe.clock.unix_seconds()).filter(|seconds| *seconds > 0)
    }

    /// Nothing is sent, and what is shown stays.
    fn spared(&self, id: ServiceId, seconds: i64) -> Polled {
        let snapshot = self.0.store.read();
        let shown = snapshot
            .get::<Standing>(id.as_str())
            .map(|standing| standing.effective(self.0.scribe.clock.unix_seconds(), self.stale_after()));
        let state = shown.unwrap_or_default();
        let noted = Noted { from: state, to: state, ..Noted::default() };
        Polled { provider: id, outcome: Outcome::TooSoon, noted, error: None, retry_after: Some(seconds) }
    }

    async fn fetch(&self, provider: &Provider, watched: &Watched, memory: &mut Memory) -> Result<Read, Failure> {
        // a place first: the time in the queue is not the provider's
        let _place = self.0.places.acquire().await;
        let permit = watched.breaker.ask(Instant::now()).map_err(|until| Failure {
            reason: "it has kept failing and is left alone for a while".to_owned(),
            reached: false,
            wait: Some(until.saturating_duration_since(Instant::now())),
            leave: false,
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
                        Err(Failure { reason: error.to_string(), reached: true, ..Failure::default() })
                    }
                }
            }
            Ok(Fetched::NotModified { age }) => match &memory.reading {
                Some(reading) => Ok(Read { reading: reading.clone(), age }),
                None => Err(Failure {
                    reason: "it was answered with 304, and nothing was known".to_owned(),
                    may_pass: true,
                    ..Failure::default()
                }),
            },
            Err(error) => {
                let (reason, wait) = (error.to_string(), error.wait(unsaid_wait(self.stale_after())));
                Err(Failure { reason, reached: false, wait, leave: wait.is_some(), may_pass: error.may_pass() })
            }
        }
    }

    async fn note(&self, provider: &Provider, by: &str, read: Read) -> Result<Option<Noted>, ApiError> {
        let (id, feed_url) = (provider.id.clone(), provider.feed_url.clone());
        let (rules, stamp) = (self.0.rules, self.0.scribe.stamp(by));
        let Read { reading: Understood { reading, fingerprint }, age } = read;
        let note = move |draft: &mut Draft| {
            let answer = Answer { feed_url: &feed_url, reading: &reading, fingerprint: &fingerprint, age };
            writes::note_reading(draft, &stamp, &id, &rules, &answer)
        };
        self.0.store.write(note).await
    }

    async fn note_failure(&self, provider: &Provider, by: &str, failure: Failure) -> Result<Option<Noted>, ApiError> {
        let (id, feed_url) = (provider.id.clone(), provider.feed_url.clone());
        let (rules, stamp) = (self.0.rules, self.0.scribe.stamp(by));
        let leave_for = failure.wait.filter(|_| failure.leave).map(|wait| i64::try_from(wait.as_secs()).unwrap_or(0));
        let note = move |draft: &mut Draft| {
            let (reached, error) = (failure.reached, failure.reason.as_str());
            writes::note_failure(draft, &stamp, &id, &rules, &Miss { feed_url: &feed_url, reached, error, leave_for })
        };
        self.0.store.write(note).await
    }

    /// Tell what has become stale without anybody looking, for as long as the service runs.
    pub async fn tell_what_grows_stale(self) {
        let mut ticks = interval(TELL_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stale_after = self.stale_after();
        loop {
            ticks.tick().await;
            let (snapshot, now) = (self.0.store.read(), self.0.scribe.clock.unix_seconds());
            if !snapshot.iter::<Standing>().any(|standing| writes::is_unsaid(standing, now, stale_after)) {
                continue;
            }
            // each replica does, and the first is enough: the others find nothing to say
            let stamp = self.0.scribe.stamp(OURSELVES);
            let tell = move |draft: &mut Draft| writes::note_staleness(draft, &stamp, stale_after);
            if let Err(error) = self.0.store.write(tell).await {
                tracing::debug!(%error, "what has become stale could not be written down");
            }
        }
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
#[derive(Debug, Default)]
struct Failure {
    reason: String,
    /// Whether something came, which could not be read.
    reached: bool,
    /// How long it is to be left alone at least.
    wait: Option<Duration>,
    /// Whether it is the provider that wants this, and so even those do not ask who are told to.
    leave: bool,
    /// Whether asking again soon may help.
    may_pass: bool,
}
