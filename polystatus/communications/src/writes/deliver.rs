//! The state machine of deliveries: take some in hand, and say what became of them.
//!
//! Nobody is told older news of a subject after newer news of it. A mail that was put off goes with what came since, as
//! one mail; a call of a webhook tells one thing, so what came since waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chassis::ApiError;
use store::{Draft, Entry, Snapshot};

use crate::dispatch::Outcome;
use crate::model::{Channel, Delivery, DeliveryState, Notice};

/// A delivery that could not leave for so many seconds is given up: three days. What was news then, is none.
const TOO_OLD: i64 = 3 * 24 * 3600;

/// One message that is to be sent, with all the deliveries that it makes true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The message's id, made of its newest event and the recipient: the same in every attempt, unless something newer
    /// has joined it.
    pub message: String,
    /// To whom.
    pub recipient: String,
    /// The events that it tells, the oldest first.
    pub events: Vec<String>,
    /// Under which claim: see [`Delivery::fence`].
    pub fence: u64,
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

/// Take what is due in hand, at most so many messages: from then on it is `sending`, and nobody but the holder of these
/// jobs says what became of it, until somebody claims it again.
///
/// # Errors
/// None of its own.
pub fn claim(draft: &mut Draft, channel: Channel, now: i64, most: usize) -> Result<Vec<Job>, ApiError> {
    let fence = draft.revision();
    let mut jobs = Vec::new();
    for rows in due(draft.read(), channel, now, most) {
        let (old, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| now - row.queued_at > TOO_OLD);
        for row in old {
            give_up(draft, &row, now);
        }
        // with the newest one's name: another mail than the one that was put off, should something have joined it.
        // Mailboxes drop a second mail of the same id, and would drop the news with it
        let Some(newest) = rows.last() else { continue };
        let message = format!("{}.{}", newest.event, newest.recipient);
        let recipient = newest.recipient.clone();
        for row in &rows {
            let (attempts, message) = (row.attempts + 1, Some(message.clone()));
            draft.put(Delivery { state: DeliveryState::Sending, attempts, message, fence, ..row.document.clone() });
        }
        let events = rows.iter().map(|row| row.event.clone()).collect();
        jobs.push(Job { message, recipient, events, fence });
    }
    Ok(jobs)
}

/// What is due, for each message the rows that it is to hold, the oldest first.
fn due(snapshot: &Snapshot, channel: Channel, now: i64, most: usize) -> Vec<Vec<Arc<Entry<Delivery>>>> {
    let due = snapshot.find::<Delivery>("queued", channel.as_str()).filter(|delivery| delivery.due_at <= now);
    let (mut seen, mut messages) = (BTreeSet::new(), Vec::new());
    for head in due {
        let thread = head.thread();
        let mut rows = snapshot.find::<Delivery>("thread", &thread).filter(|row| row.channel == channel);
        match channel {
            Channel::Email if seen.insert(thread.clone()) => messages.push(rows.cloned().collect()),
            // programs are told each thing apart, and in order: what is newer waits until this one is taken or given up
            Channel::Webhook if rows.next().is_some_and(|first| Arc::ptr_eq(first, head)) => {
                messages.push(vec![Arc::clone(head)]);
            }
            Channel::Email | Channel::Webhook => {}
        }
        if messages.len() == most {
            break;
        }
    }
    messages
}

/// It was never taken, and is too old now.
fn give_up(draft: &mut Draft, row: &Delivery, now: i64) {
    let last_error = row.last_error.clone().or_else(|| Some("it could not be sent for three days".to_owned()));
    draft.put(Delivery { state: DeliveryState::Failed, ended_at: Some(now), last_error, ..row.clone() });
    forget_secrets(draft, &row.event);
}

/// Write down what became of a message. Whoever has lost it to another meanwhile changes nothing: what the other one
/// finds out is what counts.
///
/// # Errors
/// None of its own.
pub fn settle(draft: &mut Draft, job: &Job, verdict: &Verdict) -> Result<(), ApiError> {
    for event in &job.events {
        let Some(row) = draft.get::<Delivery>(&Delivery::key_of(event, &job.recipient)) else { continue };
        // not its state: when it was only found after a crash that was none, and nobody has claimed it since, this is the
        // better answer than to send it again
        if row.fence != job.fence {
            continue;
        }
        // taken back when it was found, and made after all
        let attempts = row.attempts + u32::from(row.state == DeliveryState::Queued);
        let row = Delivery { attempts, ..row.document.clone() };
        let after = Delivery { fence: 0, ..after(&row, verdict) };
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

/// Whoever sent before has ended, perhaps in the middle: what was being sent waits again. How many those are.
///
/// Most of it was only claimed, so none of it counts as an attempt: restarts are no fault of a mail. One that ends the
/// process each time is given up for its age.
///
/// # Errors
/// None of its own.
pub fn recover(draft: &mut Draft, channel: Channel, now: i64) -> Result<usize, ApiError> {
    let sending = draft.read().find::<Delivery>("state", DeliveryState::Sending.as_str());
    let sending: Vec<_> = sending.filter(|row| row.channel == channel).cloned().collect();
    for row in &sending {
        let attempts = row.attempts.saturating_sub(1);
        draft.put(Delivery { state: DeliveryState::Queued, due_at: now, attempts, ..row.document.clone() });
    }
    Ok(sending.len())
}
