//! Forget what is old: deliveries that ended, and addresses that nobody confirmed.

use chassis::ApiError;
use store::{Document, Draft};

use crate::model::{CONFIRM_WITHIN, Delivery, Notice, Subscriber};

/// How long what became of a notice can be looked up, in seconds: two weeks.
const KEPT: i64 = 14 * 24 * 3600;

/// Documents that are deleted in one write.
const AT_ONCE: usize = 1000;

/// Forget some of it; whether there may be more.
///
/// # Errors
/// None of its own.
pub fn prune(draft: &mut Draft, now: i64) -> Result<bool, ApiError> {
    let old = draft.read().iter::<Notice>().find(|notice| notice.is_fanned_out && notice.at < now - KEPT).cloned();
    if let Some(notice) = &old {
        let prefix = format!("{}/", notice.id);
        let rows = draft.read().after::<Delivery>(&prefix).take_while(|row| row.event == notice.id);
        let rows: Vec<String> = rows.take(AT_ONCE).map(|row| row.key()).collect();
        for key in &rows {
            draft.delete::<Delivery>(key);
        }
        if rows.len() < AT_ONCE {
            draft.delete::<Notice>(&notice.id);
        }
    }
    let unconfirmed = draft.read().iter::<Subscriber>().filter(|subscriber| {
        let ended = subscriber.pending.as_ref().is_none_or(|pending| now - pending.asked_at >= CONFIRM_WITHIN);
        subscriber.confirmed.is_none() && ended
    });
    let unconfirmed: Vec<String> = unconfirmed.take(AT_ONCE).map(|subscriber| subscriber.id.clone()).collect();
    for id in &unconfirmed {
        draft.delete::<Subscriber>(id);
    }
    Ok(old.is_some() || unconfirmed.len() == AT_ONCE)
}
