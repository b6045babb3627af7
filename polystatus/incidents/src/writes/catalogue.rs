//! What can break.

use std::sync::Arc;

use chassis::ApiError;
use chassis::error::Detail;
use chassis::preconditions::Precondition;
use serde_json::json;
use store::{Document, Draft, Entry};

use super::current;
use crate::announce::announce;
use crate::model::{CatalogueService, Incident, NewCatalogueService};
use crate::reports::{ReportDay, ReportState};
use crate::stamp::Stamp;

/// Services of the catalogue at most: a page shows them all, and each is watched for reports.
const MOST: usize = 1000;

/// What answers for an id that no service has.
pub fn no_such_service() -> ApiError {
    ApiError::not_found("Service not found")
}

/// Add a service.
///
/// # Errors
/// 409 when there is one of that name, or too many.
pub fn add_service(
    draft: &mut Draft,
    stamp: &Stamp,
    new: &NewCatalogueService,
) -> Result<Arc<Entry<CatalogueService>>, ApiError> {
    if let Some(other) = draft.get::<CatalogueService>(new.id.as_str()) {
        let message = format!("There is already a service with the id {}: {}", other.id, other.name);
        return Err(ApiError::conflict(message).with_details(vec![Detail::new("name", "is taken by another service")]));
    }
    if draft.read().count::<CatalogueService>() >= MOST {
        return Err(ApiError::conflict(format!("There are {MOST} services, and there may be no more")));
    }
    let entry = draft.put(CatalogueService::create(new.clone(), stamp.at));
    told(draft, stamp, "service.created", &entry);
    Ok(entry)
}

/// Put another in its place. Its id stays, whatever its name is then.
///
/// # Errors
/// 404, 412.
pub fn replace_service(
    draft: &mut Draft,
    stamp: &Stamp,
    id: &str,
    precondition: &Precondition,
    new: &NewCatalogueService,
) -> Result<Arc<Entry<CatalogueService>>, ApiError> {
    let before = current::<CatalogueService>(draft, id, precondition, no_such_service)?;
    let after = before.replaced_by(new.clone(), before.updated_at);
    if after == before.document {
        return Ok(before);
    }
    let entry = draft.put(CatalogueService { updated_at: stamp.at, ..after });
    told(draft, stamp, "service.updated", &entry);
    Ok(entry)
}

/// Take a service out, with its reports.
///
/// # Errors
/// 404, 412, and 409 while an incident that goes on names it.
pub fn delete_service(draft: &mut Draft, stamp: &Stamp, id: &str, precondition: &Precondition) -> Result<(), ApiError> {
    let before = current::<CatalogueService>(draft, id, precondition, no_such_service)?;
    let affected = draft.read().find::<Incident>("unresolved-of-service", id).map(|incident| incident.id.clone());
    let affected: Vec<String> = affected.take(5).collect();
    if !affected.is_empty() {
        let message = format!("Incidents that go on name this service: resolve {} first", affected.join(", "));
        return Err(ApiError::conflict(message));
    }
    let prefix = format!("{id}/");
    let reported = draft.read().after::<ReportDay>(&prefix).take_while(|day| day.service.as_str() == id);
    let days: Vec<String> = reported.map(|day| day.key()).collect();
    for day in days {
        draft.delete::<ReportDay>(&day);
    }
    draft.delete::<ReportState>(id);
    draft.delete::<CatalogueService>(id);
    told(draft, stamp, "service.deleted", &before);
    Ok(())
}

fn told(draft: &mut Draft, stamp: &Stamp, action: &str, service: &CatalogueService) {
    announce(draft, stamp, action, service.id.as_str(), &json!({"service": service, "by": stamp.by}));
}
