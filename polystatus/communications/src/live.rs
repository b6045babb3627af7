//! What changes, told to whoever listens: one task looks, and all streams hear of it.

use std::time::Duration;

use bytes::Bytes;
use chassis::streams::{BEHIND, Streams, event, reload};
use serde_json::json;
use store::{Snapshot, Store};

use crate::model::{Banner, Edition, Incident, Maintenance};
use crate::pages::public::PublicIncident;
use crate::pages::{View, edition};

/// Changes within this time are told together.
const TOGETHER: Duration = Duration::from_millis(100);

/// Tell what the public sees change, for as long as the store is open. Most writes are about deliveries, and change
/// nothing here.
pub async fn tell(streams: Streams, store: Store) {
    let mut changed = store.changed();
    let mut seen = edition(&store.read());
    while changed.changed().await.is_ok() {
        if edition(&store.read()) == seen {
            continue;
        }
        tokio::time::sleep(TOGETHER).await;
        let snapshot = store.read();
        if streams.has_listeners() {
            for event in since(&snapshot, seen) {
                streams.send(event);
            }
        }
        seen = edition(&snapshot);
    }
}

/// What a listener has missed that heard the last time of the edition with this number.
pub fn missed(snapshot: &Snapshot, seen: Option<u64>) -> Vec<Bytes> {
    let Some(seen) = seen.filter(|seen| *seen != number(snapshot)) else { return Vec::new() };
    let edition = snapshot.get::<Edition>(Edition::KEY);
    // the number is the client's to choose, also one that never was
    let Some(seen) = edition.and_then(|edition| edition.revision_of(seen)) else { return vec![reload()] };
    // counted before anything is made of them
    let incidents = snapshot.find::<Incident>("public", "true").filter(|incident| incident.version > seen);
    let works = snapshot.iter::<Maintenance>().filter(|work| work.version > seen);
    let many = incidents.map(drop).chain(works.map(drop)).nth(BEHIND).is_some();
    if many { vec![reload()] } else { since(snapshot, seen) }
}

/// What an event is numbered with.
fn number(snapshot: &Snapshot) -> u64 {
    snapshot.get::<Edition>(Edition::KEY).map_or(0, |edition| edition.number)
}

/// What the public sees otherwise since this revision of the store, and how everything is now.
fn since(snapshot: &Snapshot, seen: u64) -> Vec<Bytes> {
    let number = number(snapshot);
    let incidents = snapshot.find::<Incident>("public", "true").filter(|incident| incident.version > seen);
    let mut events: Vec<Bytes> = incidents
        .filter_map(|incident| PublicIncident::of(incident))
        .map(|incident| event(number, "incident", &incident))
        .collect();
    let works = snapshot.iter::<Maintenance>().filter(|work| work.version > seen);
    events.extend(works.map(|work| event(number, "maintenance", &work.document)));
    let banner = snapshot.get::<Banner>(Banner::KEY).map(|banner| &banner.document);
    events.push(event(number, "banner", &banner));
    let view = View::of(snapshot);
    let indicator = view.indicator();
    let components = view.components().into_iter().map(|one| (one.id.to_string(), json!(view.status_of(&one.id))));
    let components: serde_json::Map<_, _> = components.collect();
    let status = json!({"indicator": indicator, "description": indicator.description(), "components": components});
    events.push(event(number, "status", &status));
    events
}
