//! What is too old to be kept.

use store::{Document, Draft};
use values::ServiceId;

use super::events::{DAY, KEPT, events_of, is_settled};
use crate::model::{DAYS_KEPT, Opening, Provider, ProviderEvent, StatusDay, date_of};

/// Documents that are taken out in one write at most.
const FORGOTTEN_AT_ONCE: usize = 500;

/// Forget what a provider said long ago.
pub(super) fn forget(draft: &mut Draft, provider: &ServiceId, now: i64) {
    let old = |event: &&ProviderEvent| !event.active && event.ts_update + (KEPT + 1) * DAY < now;
    let events = events_of(draft, provider);
    for event in events.iter().filter(old).take(FORGOTTEN_AT_ONCE) {
        let key = event.key();
        // what was opened for it is known as long as it is, so that it opens nothing twice
        if is_settled(draft, &key) {
            draft.delete::<Opening>(&key);
            draft.delete::<ProviderEvent>(&key);
        }
    }
    let (prefix, last) = (format!("{provider}/"), date_of(now - DAYS_KEPT * DAY));
    let days = draft.read().after::<StatusDay>(&prefix).take_while(|day| day.provider == *provider);
    let days = days.filter(|day| day.date < last).map(|day| day.document.key()).take(FORGOTTEN_AT_ONCE);
    for day in days.collect::<Vec<_>>() {
        draft.delete::<StatusDay>(&day);
    }
}

/// Forget what was opened long ago for events of providers that are gone, or have another feed since.
pub(super) fn forget_openings(draft: &mut Draft, now: i64) {
    let old = |opening: &Opening| {
        opening.at + (KEPT + 1) * DAY < now
            && draft.read().get::<ProviderEvent>(&opening.key()).is_none()
            && (is_settled(draft, &opening.key()) || draft.read().get::<Provider>(opening.provider.as_str()).is_none())
    };
    let old = draft.read().iter::<Opening>().filter(|opening| old(opening)).map(|opening| opening.key());
    for key in old.take(FORGOTTEN_AT_ONCE).collect::<Vec<_>>() {
        draft.delete::<Opening>(&key);
    }
}
