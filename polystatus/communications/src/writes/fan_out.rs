//! From one notice to a delivery for each recipient.

use chassis::ApiError;
use store::Draft;

use crate::model::{Channel, Delivery, Notice, Subscriber, Webhook};

/// Subscribers that are looked at in one write: a commit keeps everybody else waiting.
const AT_ONCE: usize = 1000;

/// Queue the deliveries of a notice for the next thousand subscribers, and for the webhooks with the last of them. How
/// far it came is written in the same step: after a crash it goes on there, and nobody is queued twice. Whether there are
/// more.
///
/// Mails are due `gather` seconds later, so that what follows soon becomes one mail with it; webhooks at once, since
/// programs read every update.
///
/// # Errors
/// None of its own.
pub fn fan_out(draft: &mut Draft, id: &str, now: i64, gather: i64) -> Result<bool, ApiError> {
    let Some(notice) = draft.get::<Notice>(id).filter(|notice| !notice.is_fanned_out) else { return Ok(false) };
    let behind = notice.reached.clone().unwrap_or_default();
    let looked_at: Vec<(String, bool)> = draft
        .read()
        .after::<Subscriber>(&behind)
        .take(AT_ONCE)
        .map(|subscriber| (subscriber.id.clone(), subscriber.wants(&notice.services)))
        .collect();
    let more = looked_at.len() == AT_ONCE;
    for (recipient, _) in looked_at.iter().filter(|(_, wants)| *wants) {
        draft.put(Delivery::queued(id, recipient, Channel::Email, &notice.subject, now, notice.at + gather));
    }
    if !more {
        let webhooks = draft.read().iter::<Webhook>().filter(|webhook| webhook.wants(&notice.services));
        let webhooks: Vec<String> = webhooks.map(|webhook| webhook.id.clone()).collect();
        for recipient in &webhooks {
            draft.put(Delivery::queued(id, recipient, Channel::Webhook, &notice.subject, now, now));
        }
    }
    let reached = looked_at.last().map(|(last, _)| last.clone()).or_else(|| notice.reached.clone());
    draft.put(Notice { reached, is_fanned_out: !more, ..notice.document.clone() });
    Ok(more)
}
