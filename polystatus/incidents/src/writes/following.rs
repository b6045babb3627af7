//! Who wants to know of an incident.

use std::collections::BTreeMap;

use chassis::ApiError;
use store::Draft;

use super::no_such_incident;
use crate::model::{Following, Incident, MOST_FOLLOWED};
use crate::stamp::Stamp;

/// Follow an incident. Doing so twice is doing so once.
///
/// # Errors
/// 404, and 409 for who follows too many.
pub fn follow(draft: &mut Draft, stamp: &Stamp, incident: &str) -> Result<(), ApiError> {
    draft.get::<Incident>(incident).ok_or_else(no_such_incident)?;
    let mut following = of(draft, &stamp.by);
    if following.incidents.contains_key(incident) {
        return Ok(());
    }
    if following.incidents.len() >= MOST_FOLLOWED {
        let message = format!("Nobody follows more than {MOST_FOLLOWED} incidents: leave some of the old ones first");
        return Err(ApiError::conflict(message));
    }
    following.incidents.insert(incident.to_owned(), stamp.at);
    draft.put(following);
    Ok(())
}

/// Follow it no more. Who does not follow it is not told off.
///
/// # Errors
/// 404.
pub fn unfollow(draft: &mut Draft, stamp: &Stamp, incident: &str) -> Result<(), ApiError> {
    draft.get::<Incident>(incident).ok_or_else(no_such_incident)?;
    let mut following = of(draft, &stamp.by);
    if following.incidents.remove(incident).is_none() {
        return Ok(());
    }
    if following.incidents.is_empty() {
        draft.delete::<Following>(&stamp.by);
    } else {
        draft.put(following);
    }
    Ok(())
}

fn of(draft: &Draft, user: &str) -> Following {
    match draft.get::<Following>(user) {
        Some(entry) => entry.document.clone(),
        None => Following { user: user.to_owned(), incidents: BTreeMap::new() },
    }
}
