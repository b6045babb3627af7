//! What has become stale without anybody looking.

use chassis::ApiError;
use store::Draft;

use crate::model::Standing;
use crate::stamp::Stamp;

/// Show as `unknown` what is too old by now, and tell others. Whoever looks at a provider does that too; but nobody looks at
/// one that is left alone for an hour.
///
/// # Errors
/// None that is expected.
pub fn note_staleness(draft: &mut Draft, stamp: &Stamp, stale_after: i64) -> Result<(), ApiError> {
    let stale = draft.read().iter::<Standing>().filter(|standing| is_unsaid(standing, stamp.at, stale_after));
    for before in stale.map(|standing| standing.document.clone()).collect::<Vec<_>>() {
        super::account_for(draft, stamp, &before, stale_after);
        let after = Standing { accounted_to: stamp.at, ..before.clone() };
        super::show(draft, stamp, &before, after, stale_after);
    }
    Ok(())
}

/// Whether another state is shown than was told.
pub fn is_unsaid(standing: &Standing, now: i64, stale_after: i64) -> bool {
    standing.shown != standing.effective(now, stale_after)
}
