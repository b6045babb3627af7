//! The state machine of deliveries: take some in hand, and say what became of them.

use std::collections::BTreeSet;

use chassis::ApiError;
use store::{Document, Draft};

use crate::dispatch::Outcome;
use crate::model::{Channel, Delivery, DeliveryState, Notice};

/// A delivery that could not leave for so many seconds is given up: three days. What was news then, is none.
const TOO_OLD: i64 = 3 * 24 * 3600;

/// One message that is to be sent, with all the deliveries that it makes true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The message's id: the same in every attempt, made of the first event and the recipient.
    pub message: String,
    /// To whom.
    pub recipient: String,
    /// The events that it tells, the oldest first.
    pub events: Vec<String>,
}

/// What became of a message, with the pause before the next attempt if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What became of it.
    pub outcome: Outcome,
    /// When, in Unix seconds.
    pub at: i64,
    /// Seconds until another attempt.
    pub pause: i64,
    /// Attempts until it is given up.
    pub attempts: u32,
}

/// Take what is due in hand, at most so many messages: from then on it is `sending`, and belongs to this message for
/// good.
///
/// # Errors
/// None of its own.
pub fn claim(draft: &mut Draft, channel: Channel, now: i64, most: usize) -> Result<Vec<Job>, ApiError> {
    let index = if channel == Channel::Email { "email" } else { "webhook" };
    let due = draft.read().find::<Delivery>("queued", index).filter(|delivery| delivery.due_at <= now);
    let mut heads = Vec::new();
    let mut seen = BTreeSet::new();
    for delivery in due {
        // webhooks are told each thing apart
        let key = if channel == Channel::Email { delivery.thread() } else { delivery.key() };
        if seen.insert((key, delivery.message.clone())) {
            heads.push(delivery.clone());
        }
        if heads.len() == most {
            break;
        }
    }
    let mut jobs = Vec::new();
    for head in heads {
        if now - head.queued_at > TOO_OLD {
            let last_error = head.last_error.clone().or_else(|| Some("it could not be sent for three days".to_owned()));
            draft.put(Delivery {
                state: DeliveryState::Failed,
                ended_at: Some(now),
                last_error,
                ..head.document.clone()
            });
            continue;
        }
        let rows: Vec<_> = match channel {
            Channel::Webhook => vec![head.clone()],
            Channel::Email => {
                let thread = head.thread();
                let rows = draft.read().find::<Delivery>("thread", &thread);
                rows.filter(|row| row.channel == channel && row.message == head.message).cloned().collect()
            }
        };
        let message = head.message.clone().unwrap_or_else(|| format!("{}.{}", head.event, head.recipient));
        let mut events = Vec::new();
        for row in rows {
            events.push(row.event.clone());
            draft.put(Delivery {
                state: DeliveryState::Sending,
                attempts: row.attempts + 1,
                message: Some(message.clone()),
                ..row.document.clone()
            });
        }
        jobs.push(Job { message, recipient: head.recipient.clone(), events });
    }
    Ok(jobs)
}

/// Write down what became of a message.
///
/// # Errors
/// None of its own.
pub fn settle(draft: &mut Draft, job: &Job, verdict: &Verdict) -> Result<(), ApiError> {
    for event in &job.events {
        let Some(row) = draft.get::<Delivery>(&Delivery::key_of(event, &job.recipient)) else { continue };
        if row.state != DeliveryState::Sending || row.message.as_ref() != Some(&job.message) {
            continue;
        }
        let after = after(&row.document, verdict);
        let is_over = after.state.is_final();
        draft.put(after);
        if is_over {
            forget_secrets(draft, event);
        }
    }
    Ok(())
}

fn after(row: &Delivery, verdict: &Verdict) -> Delivery {
    let Verdict { outcome, at, pause, attempts } = verdict;
    let ended = |state, last_error| Delivery { state, ended_at: Some(*at), last_error, ..row.clone() };
    match outcome {
        Outcome::Sent => ended(DeliveryState::Sent, None),
        Outcome::Refused(why) => ended(DeliveryState::Failed, Some(why.clone())),
        Outcome::Gone => ended(DeliveryState::Failed, Some("it answered that it is gone".to_owned())),
        Outcome::Unwanted => {
            ended(DeliveryState::Cancelled, Some("the recipient does not want it any more".to_owned()))
        }
        Outcome::NotNow(why) if row.attempts >= *attempts => ended(DeliveryState::Failed, Some(why.clone())),
        Outcome::NotNow(why) => {
            Delivery { state: DeliveryState::Queued, due_at: at + pause, last_error: Some(why.clone()), ..row.clone() }
        }
        // no fault of this one: it does not count
        Outcome::Away(why) => Delivery {
            state: DeliveryState::Queued,
            due_at: at + pause,
            attempts: row.attempts.saturating_sub(1),
            last_error: Some(why.clone()),
            ..row.clone()
        },
    }
}

/// What opens an account or a subscription is not kept longer than the mail takes.
fn forget_secrets(draft: &mut Draft, event: &str) {
    let Some(notice) = draft.get::<Notice>(event).filter(|notice| notice.content.address().is_some()) else { return };
    let content = notice.content.without_secrets();
    if content != notice.content {
        draft.put(Notice { content, ..notice.document.clone() });
    }
}

/// Whoever sent before has ended, perhaps in the middle: what was being sent waits again, under its message's id. How many
/// those are.
///
/// # Errors
/// None of its own.
pub fn recover(draft: &mut Draft, channel: Channel, now: i64) -> Result<usize, ApiError> {
    let sending = draft.read().find::<Delivery>("state", DeliveryState::Sending.as_str());
    let sending: Vec<_> = sending.filter(|row| row.channel == channel).cloned().collect();
    for row in &sending {
        draft.put(Delivery { state: DeliveryState::Queued, due_at: now, ..row.document.clone() });
    }
    Ok(sending.len())
}
