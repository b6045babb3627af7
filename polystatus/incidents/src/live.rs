//! What changes, told to whoever listens: one task looks, and all streams hear of it.

use std::time::Duration;

use bytes::Bytes;
use chassis::streams::{BEHIND, Streams, event, event_of_json, reload};
use store::{Snapshot, Store};

use crate::model::{CatalogueService, Incident};
use crate::reports::ReportState;

/// Changes within this time are told together: a thousand reports in a second are not a thousand looks, each of which walks
/// over all incidents.
const TOGETHER: Duration = Duration::from_millis(200);

/// Tell what changes in the store, for as long as it is open.
pub async fn tell(streams: Streams, store: Store) {
    let mut changed = store.changed();
    let mut seen = store.read().revision();
    while changed.changed().await.is_ok() {
        tokio::time::sleep(TOGETHER).await;
        let snapshot = store.read();
        if streams.has_listeners() {
            for event in since(&snapshot, seen) {
                streams.send(event);
            }
        }
        seen = snapshot.revision();
    }
}

/// What a listener has missed that heard the last time of this revision.
pub fn missed(snapshot: &Snapshot, seen: Option<u64>) -> Vec<Bytes> {
    let Some(revision) = seen else { return Vec::new() };
    // counted before anything is made of them: the revision is the client's to choose, also one that never was
    let many = snapshot.iter::<Incident>().filter(|incident| incident.version > revision).nth(BEHIND).is_some();
    if many || revision > snapshot.revision() {
        return vec![reload()];
    }
    let missed = since(snapshot, revision);
    if missed.len() > BEHIND { vec![reload()] } else { missed }
}

/// What was changed after this revision, in the order in which it was.
fn since(snapshot: &Snapshot, revision: u64) -> Vec<Bytes> {
    let incidents = snapshot.iter::<Incident>().filter(|incident| incident.version > revision);
    let incidents =
        incidents.map(|incident| (incident.version, event_of_json(incident.version, "incident", &incident.json())));
    let services = snapshot.iter::<CatalogueService>().filter(|service| service.version > revision);
    let services = services.map(|service| (service.version, event(service.version, "service", &service.document)));
    let states = snapshot.iter::<ReportState>().filter(|state| state.version > revision);
    let states = states.map(|state| (state.version, event(state.version, "report-state", &state.document)));
    let mut events: Vec<_> = incidents.chain(services).chain(states).collect();
    events.sort_by_key(|(version, _)| *version);
    events.into_iter().map(|(_, event)| event).collect()
}

#[cfg(test)]
mod tests {
    use chassis::ids::RandomIds;

    use super::*;

    #[actix_web::test]
    async fn a_listener_from_a_revision_that_never_was_reads_the_lists_again() {
        let url = "memory:".parse().unwrap();
        let store = Store::open(&url, "incidents", crate::documents::schema(), &RandomIds).await.unwrap();
        let now = store.read();
        assert!(missed(&now, None).is_empty());
        assert!(missed(&now, Some(now.revision())).is_empty());
        assert_eq!(missed(&now, Some(now.revision() + 1)), [reload()]);
    }
}
