//! Providers, added and taken out.

use std::sync::Arc;

use chassis::ApiError;
use chassis::error::Detail;
use chassis::preconditions::Precondition;
use serde_json::json;
use store::{Document, Draft, Entry};
use values::ServiceId;

use crate::announce::{audit, emit};
use crate::etag;
use crate::model::{NewProvider, Opening, OpeningState, Origin, Provider, ProviderEvent, Removed, Standing, StatusDay};
use crate::stamp::Stamp;

/// Providers at most: each is asked every minute.
pub(super) const MOST: usize = 200;

/// What answers for an id that no provider has.
pub fn no_such_provider() -> ApiError {
    ApiError::not_found("Provider not found")
}

/// Add a provider.
///
/// # Errors
/// 409 when there is one of that name, or too many.
pub fn add_provider(
    draft: &mut Draft,
    stamp: &Stamp,
    new: &NewProvider,
    origin: Origin,
) -> Result<Arc<Entry<Provider>>, ApiError> {
    if let Some(other) = draft.get::<Provider>(new.id.as_str()) {
        let message = format!("There is already a provider with the id {}: {}", other.id, other.name);
        return Err(ApiError::conflict(message).with_details(vec![Detail::new("name", "is taken by another provider")]));
    }
    if draft.read().count::<Provider>() >= MOST {
        return Err(ApiError::conflict(format!("There are {MOST} providers, and there may be no more")));
    }
    draft.delete::<Removed>(new.id.as_str());
    let entry = draft.put(Provider::create(new.clone(), origin, stamp.at));
    draft.put(Standing::new(new.id.clone(), stamp.at));
    told(draft, stamp, "provider.created", &entry);
    Ok(entry)
}

/// Put another in its place. Its id stays, whatever its name is then.
///
/// # Errors
/// 404, 412.
pub fn replace_provider(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    new: &NewProvider,
    origin: Origin,
) -> Result<Arc<Entry<Provider>>, ApiError> {
    let before = draft.get::<Provider>(id).ok_or_else(no_such_provider)?;
    precondition.check(&etag::of(&before))?;
    let after = before.replaced_by(new.clone(), origin, before.updated_at);
    if after == before.document {
        return Ok(before);
    }
    // what another address said is not known of this one
    if after.feed_url != before.feed_url {
        forget(draft, &before.id);
        draft.put(Standing::new(before.id.clone(), stamp.at));
    }
    let entry = draft.put(Provider { updated_at: stamp.at, ..after });
    told(draft, stamp, "provider.updated", &entry);
    Ok(entry)
}

/// Take a provider out, with all that is known of it.
///
/// # Errors
/// 404, 412.
pub fn delete_provider(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
) -> Result<(), ApiError> {
    let before = draft.get::<Provider>(id).ok_or_else(no_such_provider)?;
    precondition.check(&etag::of(&before))?;
    forget(draft, &before.id);
    draft.delete::<Standing>(id);
    draft.delete::<Provider>(id);
    draft.put(Removed { id: before.id.clone() });
    told(draft, stamp, "provider.deleted", &before);
    Ok(())
}

/// Events and days of a provider. What was opened for its events stays known: a provider that comes back, or moves, tells of
/// the same events again, and they must not open a second incident.
fn forget(draft: &mut Draft, provider: &ServiceId) {
    forget_all::<ProviderEvent>(draft, provider, |event| &event.provider, |_| true);
    forget_all::<StatusDay>(draft, provider, |day| &day.provider, |_| true);
    // what was not sent yet is not sent any more
    let unsent = |opening: &Opening| opening.state == OpeningState::Wanted;
    forget_all::<Opening>(draft, provider, |opening| &opening.provider, unsent);
}

fn forget_all<T: Document>(
    draft: &mut Draft,
    provider: &ServiceId,
    of: fn(&T) -> &ServiceId,
    which: impl Fn(&T) -> bool,
) {
    let prefix = format!("{provider}/");
    let found = draft.read().after::<T>(&prefix).take_while(|document| of(document) == provider);
    let found = found.filter(|document| which(document));
    for key in found.map(|document| document.key()).collect::<Vec<_>>() {
        draft.delete::<T>(&key);
    }
}

pub(super) fn told(draft: &mut Draft, stamp: &Stamp, action: &str, provider: &Provider) {
    audit(draft, stamp, action, provider.id.as_str());
    emit(draft, stamp, action, provider.id.as_str(), &json!({"provider": provider, "by": stamp.by}));
}
