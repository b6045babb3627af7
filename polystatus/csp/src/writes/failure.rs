//! A feed that did not come, or could not be read.

use chassis::ApiError;
use store::Draft;
use values::ServiceId;

use super::reading::{Noted, Rules, standing};
use crate::model::{FeedUrl, Provider};
use crate::stamp::Stamp;

/// A feed that did not come, or could not be read.
#[derive(Debug, Clone, Copy)]
pub struct Miss<'a> {
    /// Where it should have come from.
    pub feed_url: &'a FeedUrl,
    /// Whether something came, which could not be read.
    pub reached: bool,
    /// Why, for whoever reads the status.
    pub error: &'a str,
    /// For how many seconds the provider wants to be left alone.
    pub leave_for: Option<i64>,
}

/// What was known stays as long as it is fresh; a body that came and cannot be read makes the provider unknown at once.
/// `None` when the provider was taken out meanwhile, or has another feed.
///
/// # Errors
/// None that is expected.
pub fn note_failure(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &ServiceId,
    rules: &Rules,
    miss: &Miss<'_>,
) -> Result<Option<Noted>, ApiError> {
    let known = draft.get::<Provider>(provider.as_str());
    if known.is_none_or(|provider| provider.feed_url != *miss.feed_url) {
        return Ok(None);
    }
    let before = standing(draft, provider, stamp.at);
    let mut after = before.clone();
    after.reachable = miss.reached;
    after.error = Some(miss.error.to_owned());
    after.leave_until = miss.leave_for.map(|seconds| stamp.at + seconds);
    if miss.reached {
        after.parsed = false;
    }
    let noted = Noted { from: before.shown, to: after.effective(stamp.at, rules.stale_after), ..Noted::default() };
    super::stand(draft, stamp, &before, after, rules.stale_after);
    Ok(Some(noted))
}
