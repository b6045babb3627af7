//! What the incidents service answers when it is asked, taken into our own view.

use std::collections::HashSet;

use chassis::ApiError;
use store::{Draft, Snapshot};

use super::follow::{keep_service, take_over};
use crate::model::{Component, Incident, KnownIncident};
use crate::tell::publish;

/// What the incidents service has.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Incidents that go on, and how others ended.
    pub incidents: Vec<KnownIncident>,
    /// The ids of incidents that it does not have.
    pub gone: Vec<String>,
    /// Its whole catalogue.
    pub services: Vec<Component>,
}

/// Make our view what it has. `before` is what we knew before it was asked: what we heard since stays as we heard it, and
/// is compared the next time.
///
/// # Errors
/// None of its own.
pub fn learn(draft: &mut Draft, before: &Snapshot, answers: &Answers, now: i64) -> Result<(), ApiError> {
    for known in &answers.incidents {
        take_over(draft, known, now);
    }
    for id in &answers.gone {
        forget(draft, before, id, now);
    }
    for service in &answers.services {
        let id = service.id.as_str();
        let deleted_since = draft.get::<Component>(id).is_none() && before.get::<Component>(id).is_some();
        if !deleted_since {
            keep_service(draft, service, now);
        }
    }
    let there: HashSet<&str> = answers.services.iter().map(|service| service.id.as_str()).collect();
    let ours = draft.read().iter::<Component>().filter(|ours| ours.version <= before.revision());
    let gone: Vec<String> = ours.map(|ours| ours.id.to_string()).filter(|id| !there.contains(id.as_str())).collect();
    for id in gone {
        draft.delete::<Component>(&id);
        publish(draft, now);
    }
    Ok(())
}

/// The incidents service does not have it. What the public was told stays, and alone says from now on how far it is.
fn forget(draft: &mut Draft, before: &Snapshot, id: &str, now: i64) {
    let ours = draft.get::<Incident>(id).filter(|ours| ours.status.is_some() && ours.version <= before.revision());
    let Some(ours) = ours else { return };
    if ours.is_public() {
        draft.put(Incident { status: None, ..ours.document.clone() });
    } else {
        draft.delete::<Incident>(id);
    }
    publish(draft, now);
}
