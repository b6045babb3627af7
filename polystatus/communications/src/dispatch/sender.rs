//! The loops that send.

use std::time::Duration;

use chassis::ApiError;
use chassis::backoff::full_jitter;
use futures_util::StreamExt;
use futures_util::stream::iter;
use store::{Draft, Snapshot, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::lease::{Lease, RENEW_EVERY};
use super::{Figures, Outcome, messages};
use crate::mail::Courier;
use crate::model::{Channel, Delivery, Notice, Webhook};
use crate::scribe::Scribe;
use crate::settings::Settings;
use crate::webhooks::Caller;
use crate::writes::{self, Job, Verdict};

/// Messages that are claimed in one write: enough for all connections to be busy for a while, and few enough to be queued
/// again at once after a crash.
const BATCH: usize = 256;

/// How often somebody looks without being told: what is due later tells nobody when it is.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The pause before another attempt: doubled from half a minute up to an hour. With 12 attempts, about six hours.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// The pause while the mail server cannot be reached at all.
const AWAY: Duration = Duration::from_secs(1);
const LONGEST_AWAY: Duration = Duration::from_mins(1);

/// How long a loop may take to end what it has on the wire when the service stops.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// How messages of one channel leave.
pub enum Sender {
    /// Mails.
    Mails(Courier),
    /// Calls.
    Webhooks(Caller),
}

/// One loop, for as long as it lives.
pub struct Dispatcher {
    task: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Dispatcher {
    /// Begin to send.
    pub fn start(sender: Sender, store: Store, scribe: Scribe, settings: Settings, figures: Figures) -> Self {
        let holder = format!("{:016x}", scribe.ids.next());
        let (stop, stopping) = watch::channel(false);
        let channel = sender.channel();
        let work = Work { sender, channel, store, scribe, settings, figures, holder, stopping };
        Self { task: tokio::spawn(work.go()), stop }
    }

    /// Take nothing more in hand, and end what is on the wire.
    pub async fn end(mut self) {
        self.stop.send_replace(true);
        if timeout(LAST_WORDS, &mut self.task).await.is_err() {
            tracing::warn!("what was being sent is sent again by the next instance");
        }
    }
}

impl Sender {
    const fn channel(&self) -> Channel {
        match self {
            Self::Mails(_) => Channel::Email,
            Self::Webhooks(_) => Channel::Webhook,
        }
    }
}

struct Work {
    sender: Sender,
    channel: Channel,
    store: Store,
    scribe: Scribe,
    settings: Settings,
    figures: Figures,
    holder: String,
    stopping: watch::Receiver<bool>,
}

impl Work {
    const fn name(&self) -> &'static str {
        self.channel.as_str()
    }

    async fn go(self) {
        while !*self.stopping.borrow() {
            if let Some(lease) = Lease::take(&self.store, self.lease_name(), &self.holder).await {
                self.send_while_held(&lease).await;
                lease.give_back().await;
            } else {
                self.rest(RENEW_EVERY).await;
            }
        }
    }

    /// Each channel has a bound of its own: a mail server that takes few connections says nothing of webhooks.
    const fn at_once(&self) -> usize {
        match self.channel {
            Channel::Email => self.settings.smtp_connections,
            Channel::Webhook => self.settings.webhook_connections,
        }
    }

    const fn lease_name(&self) -> &'static str {
        match self.channel {
            Channel::Email => "mails",
            Channel::Webhook => "webhooks",
        }
    }

    fn may_go_on(&self, lease: &Lease) -> bool {
        lease.is_held() && !*self.stopping.borrow()
    }

    async fn send_while_held(&self, lease: &Lease) {
        let (channel, now) = (self.channel, self.scribe.now());
        match self.store.write(move |draft: &mut Draft| writes::recover(draft, channel, now)).await {
            Ok(0) => {}
            Ok(found) => {
                tracing::info!(channel = self.name(), found, "what was being sent when it ended is sent again");
            }
            Err(_) => return self.rest(RENEW_EVERY).await,
        }
        let mut changed = self.store.changed();
        let mut away = 0;
        while self.may_go_on(lease) {
            changed.mark_unchanged();
            match self.round(lease).await {
                Ok(Round::Idle) => {
                    // woken by whatever is written, by the time, or by the end
                    tokio::select! {
                        _ = changed.changed() => {}
                        () = self.rest(LOOK_EVERY) => {}
                    }
                    away = 0;
                }
                Ok(Round::Sent) => away = 0,
                Ok(Round::Away(why)) => {
                    let pause = full_jitter(AWAY, LONGEST_AWAY, away, &*self.scribe.ids).max(AWAY / 4);
                    tracing::warn!(channel = self.name(), why, ?pause, "nothing can be sent now");
                    away += 1;
                    self.rest(pause).await;
                }
                Err(error) => {
                    tracing::debug!(%error, "nothing can be sent while the storage is away");
                    // what was claimed may be written although that was not confirmed: begin anew, and recover it
                    return self.rest(RENEW_EVERY).await;
                }
            }
        }
    }

    /// Wait, unless the service stops.
    async fn rest(&self, pause: Duration) {
        let mut stopping = self.stopping.clone();
        let _ = timeout(pause, stopping.wait_for(|stop| *stop)).await;
    }

    /// Fan out what waits, and send what is due.
    async fn round(&self, lease: &Lease) -> Result<Round, ApiError> {
        // by whichever channel comes first: the other must not wait for its server
        self.fan_out().await?;
        let snapshot = self.store.read();
        let now = self.scribe.now();
        self.figures.wait(self.name(), snapshot.count_of::<Delivery>("queued", self.name()));
        let is_due = snapshot.find::<Delivery>("queued", self.name()).any(|delivery| delivery.due_at <= now);
        if !is_due {
            return Ok(Round::Idle);
        }
        let channel = self.channel;
        let jobs = self.store.write(move |draft: &mut Draft| writes::claim(draft, channel, now, BATCH)).await?;
        let away = std::sync::Mutex::new(None);
        iter(jobs)
            .for_each_concurrent(self.at_once(), |job| async {
                if !self.may_go_on(lease) {
                    // not begun: whoever sends next finds it
                    return;
                }
                let known = away.lock().map_or(None, |away| away.clone());
                let outcome = match known {
                    Some(why) => Outcome::Away(why),
                    None => self.send(&job).await,
                };
                if let (Outcome::Away(why), Ok(mut away)) = (&outcome, away.lock()) {
                    *away = Some(why.clone());
                }
                self.settle(job, outcome).await;
            })
            .await;
        let away = away.into_inner().unwrap_or_default();
        Ok(away.map_or(Round::Sent, Round::Away))
    }

    async fn fan_out(&self) -> Result<(), ApiError> {
        let gather = self.settings.roll_up_seconds;
        loop {
            let Some(id) = self.store.read().find::<Notice>("waits", "true").next().map(|notice| notice.id.clone())
            else {
                return Ok(());
            };
            let now = self.scribe.now();
            self.store.write(move |draft: &mut Draft| writes::fan_out(draft, &id, now, gather)).await?;
        }
    }

    async fn send(&self, job: &Job) -> Outcome {
        let (snapshot, now) = (self.store.read(), self.scribe.now());
        let outcome = match &self.sender {
            Sender::Mails(courier) => match messages::letter(&snapshot, &self.settings, job, now) {
                Ok(Some(letter)) => courier.take(&letter).await,
                Ok(None) => Outcome::Unwanted,
                Err(error) => {
                    tracing::error!(%error, message = job.message, "a mail cannot be put together");
                    Outcome::Refused("it cannot be put together".to_owned())
                }
            },
            Sender::Webhooks(caller) => self.call(caller, &snapshot, job, now).await,
        };
        self.figures.attempted(self.name(), &outcome);
        outcome
    }

    async fn call(&self, caller: &Caller, snapshot: &Snapshot, job: &Job, now: i64) -> Outcome {
        let webhook = snapshot.get::<Webhook>(&job.recipient).filter(|webhook| webhook.gone_at.is_none());
        let body = job.events.first().and_then(|event| messages::call(snapshot, &self.settings, event));
        let (Some(webhook), Some(body)) = (webhook, body) else { return Outcome::Unwanted };
        let outcome = caller.call(webhook, &job.events[0], now, body).await;
        if outcome == Outcome::Gone {
            let id = webhook.id.clone();
            let gone = self.store.write(move |draft: &mut Draft| writes::webhook_gone(draft, &id, now)).await;
            if let Err(error) = gone {
                tracing::debug!(%error, "that a webhook is gone is written down the next time");
            }
        }
        outcome
    }

    /// Write down what became of it, again and again while the storage is away: what was sent must not be sent again only
    /// because that could not be written at once.
    async fn settle(&self, job: Job, outcome: Outcome) {
        let began = Instant::now();
        let failed = match &outcome {
            Outcome::NotNow(_) => {
                let key = Delivery::key_of(job.events.first().map_or("", String::as_str), &job.recipient);
                self.store.read().get::<Delivery>(&key).map_or(0, |row| row.attempts.saturating_sub(1))
            }
            _ => 0,
        };
        let pause = match &outcome {
            // at least half of it: with none at all, twelve attempts could be over in a minute
            Outcome::NotNow(_) => {
                full_jitter(FIRST_PAUSE, LONGEST_PAUSE, failed, &*self.scribe.ids).max(FIRST_PAUSE / 2)
            }
            _ => Duration::ZERO,
        };
        let pause = i64::try_from(pause.as_secs()).unwrap_or_default();
        let verdict = Verdict { outcome, at: self.scribe.now(), pause, attempts: self.settings.delivery_attempts };
        loop {
            let (job, verdict) = (job.clone(), verdict.clone());
            match self.store.write(move |draft: &mut Draft| writes::settle(draft, &job, &verdict)).await {
                Err(error) if began.elapsed() < LAST_WORDS || !*self.stopping.borrow() => {
                    tracing::debug!(%error, "what became of a message is written down as soon as it can be");
                    sleep(AWAY).await;
                }
                // written; or the service stops, and recovers it at its next start
                Ok(()) | Err(_) => return,
            }
        }
    }
}

/// What a round came to.
enum Round {
    /// There was nothing to do.
    Idle,
    /// Something was sent, or tried.
    Sent,
    /// The server is away.
    Away(String),
}
