//! What is done without anybody asking. Every replica does it; what one has done, the others find done.

use std::time::Duration;

use chassis::ApiError;
use chassis::clock::SharedClock;
use chassis::preconditions::Precondition;
use chassis::tasks::every;
use events::{Broker, Subscription};
use store::{Draft, Store};

use crate::Scribe;
use crate::etag;
use crate::model::{CatalogueService, Incident, ServiceId};
use crate::peers::{Peers, Servers};
use crate::reports::{Quarter, WatchDay};
use crate::writes::{self, INVENTORY, ServerChanged};

/// How often we look at the clock: several times a minute, so that each minute is noted.
const WATCH_EVERY: Duration = Duration::from_secs(2);

/// Note that we are there, let problems end that people report no more, and forget what is old.
pub async fn watch(store: Store, scribe: Scribe) {
    let mut ticks = every(WATCH_EVERY);
    let mut pruned = None;
    loop {
        ticks.tick().await;
        let now = scribe.clock.unix_seconds();
        let done = async {
            if !is_noted(&store, now) {
                store.write(move |draft: &mut _| writes::note_presence(draft, now)).await?;
            }
            for service in changed_states(&store, &scribe.clock) {
                let stamp = scribe.stamp("");
                store.write(move |draft: &mut _| writes::reconsider(draft, &stamp, &service)).await?;
            }
            let quarter = Quarter::at(now);
            if pruned != Some(quarter) {
                while store.write(move |draft: &mut _| writes::prune(draft, now)).await? {}
                pruned = Some(quarter);
            }
            Ok::<_, ApiError>(())
        };
        if let Err(error) = done.await {
            tracing::debug!(%error, "this minute could not be noted");
        }
    }
}

fn is_noted(store: &Store, now: i64) -> bool {
    let snapshot = store.read();
    let day = snapshot.get::<WatchDay>(&Quarter::at(now).day().to_string());
    day.is_some_and(|day| day.is_noted(now))
}

fn changed_states(store: &Store, clock: &SharedClock) -> Vec<ServiceId> {
    let (snapshot, now) = (store.read(), clock.unix_seconds());
    let changed = snapshot.iter::<CatalogueService>().filter(|service| {
        let (before, after) = writes::next_state(&snapshot, service, now);
        before.state != after
    });
    changed.map(|service| service.id.clone()).collect()
}

/// What the inventory says of its servers.
const SERVER_DOWN: &str = "inventory.server.down";
const SERVER_UP: &str = "inventory.server.up";

/// Open incidents for servers that go down, and resolve them when they are up again.
pub fn follow_servers(store: Store, scribe: Scribe, broker: &Broker) -> Subscription {
    broker.subscribe("incidents", &[SERVER_DOWN, SERVER_UP], move |event| {
        let (store, scribe) = (store.clone(), scribe.clone());
        async move {
            let server: ServerChanged = event.data()?;
            let (stamp, id) = (scribe.stamp(INVENTORY), scribe.next_id("INC"));
            let work = move |draft: &mut Draft| match event.kind() {
                SERVER_DOWN => writes::server_down(draft, &stamp, &id, &event, &server),
                _ => writes::server_up(draft, &stamp, &event, &server),
            };
            Ok(store.write(work).await?)
        }
    })
}

/// Look up again what the inventory could not be asked for.
pub async fn verify_servers(store: Store, peers: Peers, scribe: Scribe, period: Duration) {
    let mut ticks = every(period);
    loop {
        ticks.tick().await;
        let unverified: Vec<_> = store.read().find::<Incident>("unverified", "true").cloned().collect();
        for incident in unverified {
            let (unknown, unverified) = match peers.servers(&incident.servers).await {
                Servers::Known => (Vec::new(), false),
                Servers::Unknown { missing, others_unverified } => (missing, others_unverified),
                // for this incident, and so for the others
                Servers::Unverified => break,
            };
            let (id, stamp) = (incident.id.clone(), scribe.stamp(INVENTORY));
            let unchanged = Precondition::of(etag::of(&incident));
            let settle =
                move |draft: &mut _| writes::settle_servers(draft, &stamp, &id, &unchanged, &unknown, unverified);
            // somebody changed it meanwhile, or the storage is away: the next round looks again
            if let Err(error) = store.write(settle).await {
                tracing::debug!(%error, incident = incident.id, "its servers could not be settled");
            }
        }
    }
}
