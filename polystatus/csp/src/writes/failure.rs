//! A feed that did not come, or could not be read.

use chassis::ApiError;
use store::Draft;
use values::ServiceId;

use super::reading::{Noted, Rules, standing};
use crate::model::Provider;
use crate::stamp::Stamp;

/// What was known stays as long as it is fresh; a body that came and cannot be read makes the provider unknown at once.
///
/// # Errors
/// None that is expected.
pub fn note_failure(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &ServiceId,
    rules: &Rules,
    reached: bool,
    error: &str,
) -> Result<Noted, ApiError> {
    // taken out meanwhile
    if draft.get::<Provider>(provider.as_str()).is_none() {
        return Ok(Noted::default());
    }
    let before = standing(draft, provider, stamp.at);
    let mut after = before.clone();
    after.reachable = reached;
    after.error = Some(error.to_owned());
    if reached {
        after.parsed = false;
    }
    let noted = Noted { from: before.shown, to: after.effective(stamp.at, rules.stale_after), ..Noted::default() };
    super::stand(draft, stamp, &before, after, rules.stale_after);
    Ok(noted)
}
