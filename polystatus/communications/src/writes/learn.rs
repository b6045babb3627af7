//! What the incidents service answers when it is asked, taken into our own view.

use chassis::ApiError;
use store::{Document, Draft, Snapshot};

use super::follow::{keep_service, take_over};
use crate::model::{Component, Incident, KnownIncident};
use crate::tell::publish;

/// What the incidents service has.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Incidents that go on, and how others ended.
    pub incidents: Vec<KnownIncident>,
    /// The ids of incidents that it does not have.
    pub gone: Vec<String>,
    /// Services of its catalogue.
    pub services: Vec<Component>,
    /// The ids of services that it does not have. What a list does not hold is not gone yet: it is asked for by its id.
    pub services_gone: Vec<String>,
}

/// Make our view what it has. `before` is what we knew before it was asked: what changed here since stays as it is, and is
/// compared the next time. Times would not do for that: they are of seconds, and what was deleted has none.
///
/// # Errors
/// None of its own.
pub fn learn(draft: &mut Draft, before: &Snapshot, answers: &Answers, now: i64) -> Result<(), ApiError> {
    // as it was before this: an incident that moved on between two of our questions is in both answers, and the second is
    // to be taken, too
    let ours = draft.read().clone();
    for known in &answers.incidents {
        if !has_changed::<Incident>(before, &ours, &known.id) {
            take_over(draft, known, now);
        }
    }
    for id in &answers.gone {
        if !has_changed::<Incident>(before, &ours, id) {
            forget(draft, id, now);
        }
    }
    for service in &answers.services {
        if !has_changed::<Component>(before, &ours, service.id.as_str()) {
            keep_service(draft, service, now);
        }
    }
    for id in &answers.services_gone {
        if !has_changed::<Component>(before, &ours, id) && draft.delete::<Component>(id) {
            publish(draft, now);
        }
    }
    Ok(())
}

/// Whether the document of this id was written or deleted since.
fn has_changed<T: Document>(before: &Snapshot, ours: &Snapshot, id: &str) -> bool {
    match ours.get::<T>(id) {
        Some(ours) => ours.version > before.revision(),
        None => before.get::<T>(id).is_some(),
    }
}

/// The incidents service does not have it. What the public was told stays, and alone says from now on how far it is.
fn forget(draft: &mut Draft, id: &str, now: i64) {
    let Some(ours) = draft.get::<Incident>(id).filter(|ours| ours.status.is_some()) else { return };
    if ours.is_public() {
        draft.put(Incident { status: None, ..ours.document.clone() });
    } else {
        draft.delete::<Incident>(id);
    }
    publish(draft, now);
}
