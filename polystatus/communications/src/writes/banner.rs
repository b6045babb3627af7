//! The banner.

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use serde_json::json;
use store::{Draft, Entry};

use crate::etag;
use crate::model::Banner;
use crate::scribe::Stamp;
use crate::tell::{audit, emit, publish};

const ACTION: &str = "banner.changed";

fn check(draft: &Draft, precondition: &Precondition) -> Result<Option<Arc<Entry<Banner>>>, ApiError> {
    let before = draft.get::<Banner>(Banner::KEY);
    match &before {
        Some(before) => precondition.check(&etag::of(before))?,
        None => precondition.check_absent()?,
    }
    Ok(before)
}

/// Put one up, in the place of the one that is there.
///
/// # Errors
/// 412.
pub fn put_banner(
    draft: &mut Draft,
    stamp: &Stamp,
    precondition: &Precondition,
    banner: &Banner,
) -> Result<Arc<Entry<Banner>>, ApiError> {
    check(draft, precondition)?;
    let entry = draft.put(banner.clone());
    told(draft, stamp, Some(banner));
    Ok(entry)
}

/// Take it away.
///
/// # Errors
/// 404, 412.
pub fn take_banner_away(draft: &mut Draft, stamp: &Stamp, precondition: &Precondition) -> Result<(), ApiError> {
    if draft.get::<Banner>(Banner::KEY).is_none() {
        return Err(ApiError::not_found("There is no banner"));
    }
    check(draft, precondition)?;
    draft.delete::<Banner>(Banner::KEY);
    told(draft, stamp, None);
    Ok(())
}

fn told(draft: &mut Draft, stamp: &Stamp, banner: Option<&Banner>) {
    publish(draft, stamp.at);
    audit(draft, stamp, ACTION, Banner::KEY);
    emit(draft, stamp, ACTION, Banner::KEY, &json!({"banner": banner, "by": stamp.by}));
}
