//! Webhooks: set up, taken down, and gone by themselves.

use std::sync::Arc;

use chassis::ApiError;
use store::{Draft, Entry};

use crate::model::Webhook;
use crate::scribe::Stamp;
use crate::tell::audit;

/// Webhooks at most: each is called with every update.
const MOST: usize = 200;

/// What answers for an id that no webhook has.
pub fn no_such_webhook() -> ApiError {
    ApiError::not_found("Webhook not found")
}

/// Set one up.
///
/// # Errors
/// 409 when there are too many.
pub fn add_webhook(draft: &mut Draft, stamp: &Stamp, webhook: &Webhook) -> Result<Arc<Entry<Webhook>>, ApiError> {
    if draft.read().count::<Webhook>() >= MOST {
        return Err(ApiError::conflict(format!("There are {MOST} webhooks, and there may be no more")));
    }
    let entry = draft.put(webhook.clone());
    audit(draft, stamp, "webhook.added", &entry.id);
    Ok(entry)
}

/// Take one down.
///
/// # Errors
/// 404.
pub fn delete_webhook(draft: &mut Draft, stamp: &Stamp, id: &str) -> Result<(), ApiError> {
    if !draft.delete::<Webhook>(id) {
        return Err(no_such_webhook());
    }
    audit(draft, stamp, "webhook.deleted", id);
    Ok(())
}

/// Its server has answered 410: it is not called any more (Standard Webhooks, "Disabling endpoints").
///
/// # Errors
/// None of its own.
pub fn webhook_gone(draft: &mut Draft, id: &str, now: i64) -> Result<(), ApiError> {
    if let Some(webhook) = draft.get::<Webhook>(id).filter(|webhook| webhook.gone_at.is_none()) {
        draft.put(Webhook { gone_at: Some(now), ..webhook.document.clone() });
    }
    Ok(())
}
