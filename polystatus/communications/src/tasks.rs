//! What is done without anybody asking. Every replica does it; what one has done, the others find done.

use std::time::Duration;

use chassis::ApiError;
use chassis::client::{Peer, PeerAddressError, Response};
use chassis::service::Foundation;
use chassis::tasks::every;
use events::{Broker, Event, Failure, Subscription};
use serde::Deserialize;
use store::{Draft, Store};

use crate::model::{Component, Incident, KnownIncident, KnownStatus, Maintenance, UserMail};
use crate::scribe::Scribe;
use crate::settings::Settings;
use crate::writes;

/// How often we look at the clock for planned work.
const TIME_EVERY: Duration = Duration::from_secs(1);

/// How often what is old is forgotten.
const PRUNE_EVERY: Duration = Duration::from_mins(10);

/// Incidents that are asked for one by one in a round.
const ASKED_ONE_BY_ONE: usize = 20;

/// Whose doing it is.
const OURS: &str = "communications";

/// Begin planned work when it is time, and end it.
pub async fn keep_time(store: Store, scribe: Scribe) {
    let mut ticks = every(TIME_EVERY);
    loop {
        ticks.tick().await;
        let now = scribe.now();
        let snapshot = store.read();
        let due = snapshot.find::<Maintenance>("over", "false").filter(|work| work.due_status(now).is_some());
        let due: Vec<String> = due.map(|work| work.id.clone()).collect();
        drop(snapshot);
        for id in due {
            let stamp = scribe.stamp(OURS);
            if let Err(error) = store.write(move |draft: &mut Draft| writes::keep_time(draft, &stamp, &id)).await {
                tracing::debug!(%error, "planned work begins or ends a little later");
            }
        }
    }
}

/// Forget what is old.
pub async fn prune(store: Store, scribe: Scribe) {
    let mut ticks = every(PRUNE_EVERY);
    loop {
        ticks.tick().await;
        let now = scribe.now();
        while matches!(store.write(move |draft: &mut Draft| writes::prune(draft, now)).await, Ok(true)) {}
    }
}

#[derive(Deserialize)]
struct AboutIncident {
    /// Absent when an entry was written into the timeline of an incident that is gone.
    #[serde(default)]
    incident: Option<KnownIncident>,
}

#[derive(Deserialize)]
struct AboutService {
    service: Component,
}

/// Follow the incidents service, and see to the mails that the users service wants to be sent. Two queues: what is wrong
/// with one does not hold the other up.
pub fn follow(store: &Store, scribe: &Scribe, broker: &Broker) -> [Subscription; 2] {
    let (on_store, on_scribe) = (store.clone(), scribe.clone());
    let view = broker.subscribe(OURS, &["polystatus.incident.*", "polystatus.service.*"], move |event| {
        let (store, scribe) = (on_store.clone(), on_scribe.clone());
        async move { heard(&store, &scribe, event).await }
    });
    let (on_store, on_scribe) = (store.clone(), scribe.clone());
    let kinds = UserMail::ALL.map(|(kind, _)| kind);
    let mails = broker.subscribe("communications-mails", &kinds, move |event| {
        let (store, scribe) = (on_store.clone(), on_scribe.clone());
        async move {
            let Some(mail) = UserMail::of_event(event.kind()) else { return Ok(()) };
            let (asked, now) = (event.data()?, scribe.now());
            Ok(store.write(move |draft: &mut Draft| writes::user_mail(draft, &event, mail, &asked, now)).await?)
        }
    });
    [view, mails]
}

async fn heard(store: &Store, scribe: &Scribe, event: Event) -> Result<(), Failure> {
    let now = scribe.now();
    if event.kind().starts_with("polystatus.service.") {
        let AboutService { service } = event.data()?;
        let is_gone = event.kind() == "polystatus.service.deleted";
        let work = move |draft: &mut Draft| {
            if is_gone {
                writes::service_gone(draft, &event, &service, now)
            } else {
                writes::service_changed(draft, &event, &service, now)
            }
        };
        return Ok(store.write(work).await?);
    }
    let AboutIncident { incident: Some(incident) } = event.data()? else { return Ok(()) };
    Ok(store.write(move |draft: &mut Draft| writes::incident_changed(draft, &event, &incident, now)).await?)
}

/// The incidents service, as one that may be asked.
///
/// # Errors
/// When its address is none.
pub fn incidents(settings: &Settings, foundation: &Foundation) -> Result<Option<Peer>, PeerAddressError> {
    let Some(url) = &settings.incidents_url else { return Ok(None) };
    let peer = Peer::builder("incidents", url.clone()).ids(foundation.ids.clone()).build()?;
    foundation.metrics.watch(&peer);
    Ok(Some(peer))
}

/// Read at the incidents service what we may have missed: after our first start, or when its events went elsewhere.
pub async fn catch_up(store: Store, scribe: Scribe, incidents: Peer, period: Duration) {
    let mut ticks = every(period);
    loop {
        ticks.tick().await;
        let mut known: Vec<KnownIncident> = Vec::new();
        let mut all = true;
        for status in ["open", "mitigated"] {
            let answer = incidents.get("/api/v1/incidents").query("status", status).query("limit", 500).send().await;
            match answer.and_then(Response::json::<Vec<KnownIncident>>) {
                Ok(some) => known.extend(some),
                Err(_) => all = false,
            }
        }
        // of those that we believe to go on and that are not in these lists, how they ended
        let believed: Vec<String> = {
            let snapshot = store.read();
            let open = snapshot.iter::<Incident>().filter(|ours| ours.status != Some(KnownStatus::Resolved));
            let missing = open.filter(|ours| known.iter().all(|theirs| theirs.id != ours.id));
            missing.take(ASKED_ONE_BY_ONE).map(|ours| ours.id.clone()).collect()
        };
        for id in believed {
            let answer = incidents.get("/api/v1/incidents").segment(&id).send().await;
            match answer.and_then(Response::found::<KnownIncident>) {
                Ok(found) => known.extend(found),
                Err(_) => all = false,
            }
        }
        let answer = incidents.get("/api/v1/services").query("limit", 500).send().await;
        let services = answer.and_then(Response::json::<Vec<Component>>);
        let (Ok(services), true) = (services, all) else {
            tracing::debug!("the incidents service cannot be asked: we go on with what we know");
            continue;
        };
        let now = scribe.now();
        let learnt = store.write(move |draft: &mut Draft| writes::learn(draft, &known, &services, now)).await;
        if let Err(error) = learnt {
            let error: ApiError = error;
            tracing::debug!(%error, "what was read at the incidents service is taken over the next time");
        }
    }
}
