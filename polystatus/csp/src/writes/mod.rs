//! What can be changed, as functions on a draft of the store. They know no network and no clock: whatever they need of
//! the outside is in their arguments, and the store may run them again.

mod catalogue;
mod events;
mod failure;
mod forget;
mod opening;
mod provider;
mod reading;
mod staleness;

pub use catalogue::{CatalogueChanges, apply_catalogue};
pub use failure::{Miss, note_failure};
pub use opening::{Told, settle_opening, settle_turn};
pub use provider::{add_provider, delete_provider, no_such_provider, replace_provider};
pub use reading::{Answer, Noted, Rules, note_reading};
pub use staleness::{is_unsaid, note_staleness};

use serde_json::json;
use store::Draft;

use crate::announce::emit;
use crate::model::{Standing, StatusDay, account};
use crate::stamp::Stamp;

/// Write down how a provider was since it was last looked at, show what is to be shown from now on, and tell others when
/// that is another state.
fn stand(draft: &mut Draft, stamp: &Stamp, before: &Standing, after: Standing, stale_after: i64) {
    account_for(draft, stamp, before, stale_after);
    show(draft, stamp, before, Standing { tried_at: stamp.at, ..after }, stale_after);
}

/// The time since the last look belongs to what was shown meanwhile.
fn account_for(draft: &mut Draft, stamp: &Stamp, before: &Standing, stale_after: i64) {
    // before the first look it was nothing, and while we were away nobody knows
    let looked = stamp.at - before.tried_at;
    if looked <= 0 || looked > stale_after || before.as_of.is_none() {
        return;
    }
    for (date, state, seconds) in account(before.tried_at.max(before.accounted_to), stamp.at, before.shown) {
        let key = format!("{}/{date}", before.provider);
        let day = draft.get::<StatusDay>(&key).map(|day| day.document.clone());
        let mut day = day.unwrap_or_else(|| StatusDay::new(before.provider.clone(), date));
        day.add(state, seconds);
        draft.put(day);
    }
}

/// Show what is to be shown from now on, and tell others when that is another state.
fn show(draft: &mut Draft, stamp: &Stamp, before: &Standing, mut after: Standing, stale_after: i64) {
    after.shown = after.effective(stamp.at, stale_after);
    if after.shown != before.shown {
        after.since = stamp.at;
        let data = json!({
            "provider": after.provider, "from": before.shown, "to": after.shown, "native": after.native,
            "note": after.note, "error": after.error, "by": stamp.by,
        });
        emit(draft, stamp, "provider.state-changed", after.provider.as_str(), &data);
    }
    if after != *before {
        draft.put(after);
    }
}
