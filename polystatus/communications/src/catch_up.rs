//! What we may have missed of the incidents service's events, read there: before our first start, while its events went
//! elsewhere, after one of us was restored from a backup.

use std::collections::HashSet;

use chassis::client::{Peer, PeerError, Response};
use serde::de::DeserializeOwned;
use store::{Draft, Snapshot, Store};

use crate::model::{Component, Incident, KnownIncident, KnownStatus};
use crate::scribe::Scribe;
use crate::writes::{self, Answers};

const INCIDENTS: &str = "/api/v1/incidents";

const SERVICES: &str = "/api/v1/services";

/// Entries of a page. Not the 500 that a page may have: so many incidents with long texts are more than a client takes.
const PAGE: usize = 100;

/// Pages of a list that are read. More than any catalogue has: who leads us on and on is not followed for ever.
const MOST_PAGES: usize = 100;

/// Incidents, and services, that are asked for one by one in a round.
const ONE_BY_ONE: usize = 20;

/// One who asks.
pub(crate) struct CatchUp {
    store: Store,
    scribe: Scribe,
    incidents: Peer,
    /// The last incident that was asked for by its id. The next round goes on behind it: what is never answered must not
    /// keep its place for ever.
    asked: String,
    /// The same of services.
    asked_service: String,
}

/// What was asked for by its id.
struct Found<T> {
    there: Vec<T>,
    gone: Vec<String>,
    /// The last of them; the others are left for the next round.
    asked: Option<String>,
}

impl CatchUp {
    pub(crate) const fn new(store: Store, scribe: Scribe, incidents: Peer) -> Self {
        Self { store, scribe, incidents, asked: String::new(), asked_service: String::new() }
    }

    /// Ask once, and take over what is new.
    ///
    /// # Errors
    /// In words, when nothing was taken over.
    pub(crate) async fn round(&mut self) -> Result<(), String> {
        // before it is asked: what we hear while we ask is newer than its answer
        let before = self.store.read();
        let mut services = self.all::<Component>(SERVICES, None).await.map_err(|error| error.to_string())?;
        let mut incidents = Vec::new();
        for status in ["open", "mitigated"] {
            let some = self.all::<KnownIncident>(INCIDENTS, Some(status)).await;
            incidents.extend(some.map_err(|error| error.to_string())?);
        }
        let to_ask = incidents_to_ask(&before, &incidents, &self.asked);
        let found = self.one_by_one::<KnownIncident>(INCIDENTS, &to_ask).await;
        incidents.extend(found.there);
        self.asked = found.asked.unwrap_or_default();
        let to_ask = services_to_ask(&before, &services, &self.asked_service);
        let found_services = self.one_by_one::<Component>(SERVICES, &to_ask).await;
        services.extend(found_services.there);
        self.asked_service = found_services.asked.unwrap_or_default();
        let answers = Answers { incidents, gone: found.gone, services, services_gone: found_services.gone };
        let now = self.scribe.now();
        let learn = move |draft: &mut Draft| writes::learn(draft, &before, &answers, now);
        self.store.write(learn).await.map_err(|error: chassis::ApiError| error.to_string())
    }

    /// Every page of a list.
    async fn all<T: DeserializeOwned>(&self, path: &str, status: Option<&str>) -> Result<Vec<T>, PeerError> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..MOST_PAGES {
            let call = self.incidents.get(path).query("limit", PAGE);
            let call = status.into_iter().fold(call, |call, status| call.query("status", status));
            let call = cursor.iter().fold(call, |call, cursor| call.query("cursor", cursor));
            let answer = call.send().await?;
            let next = answer.next_cursor();
            all.extend(answer.json::<Vec<T>>()?);
            if next.is_none() {
                return Ok(all);
            }
            if next == cursor {
                break;
            }
            cursor = next;
        }
        // what it does not hold is asked for by its id
        tracing::warn!(path, "a list of the incidents service does not end: the rest of it is left out");
        Ok(all)
    }

    /// What became of these, as far as that is answered.
    async fn one_by_one<T: DeserializeOwned>(&self, path: &str, ids: &[String]) -> Found<T> {
        let mut found = Found { there: Vec::new(), gone: Vec::new(), asked: None };
        for id in ids {
            found.asked = Some(id.clone());
            let answer = self.incidents.get(path).segment(id).send().await;
            match answer.and_then(Response::found::<T>) {
                Ok(Some(one)) => found.there.push(one),
                Ok(None) => found.gone.push(id.clone()),
                Err(error) if error.is_unavailable() => break,
                // this one alone
                Err(error) => tracing::warn!(%error, path, id, "it cannot be asked for"),
            }
        }
        found
    }
}

/// Of those that we believe to go on and that are not in its lists, some, to ask how they ended.
fn incidents_to_ask(ours: &Snapshot, listed: &[KnownIncident], asked: &str) -> Vec<String> {
    let listed: HashSet<&str> = listed.iter().map(|known| known.id.as_str()).collect();
    let believed = ours.iter::<Incident>().filter(|ours| ours.known_status() != KnownStatus::Resolved);
    in_turn(&believed.map(|ours| ours.id.as_str()).filter(|id| !listed.contains(id)).collect::<Vec<_>>(), asked)
}

/// Of the services that its list does not hold, some, to ask whether they are gone: one that moved in the list while we
/// turned its pages is on none of them. None when it lists nothing: who has lost its catalogue must not take ours along.
fn services_to_ask(ours: &Snapshot, listed: &[Component], asked: &str) -> Vec<String> {
    if listed.is_empty() {
        return Vec::new();
    }
    let listed: HashSet<&str> = listed.iter().map(|service| service.id.as_str()).collect();
    let missing = ours.iter::<Component>().map(|ours| ours.id.as_str()).filter(|id| !listed.contains(id));
    in_turn(&missing.collect::<Vec<_>>(), asked)
}

/// Some of these, which are in order: from behind those of the round before.
fn in_turn(ids: &[&str], asked: &str) -> Vec<String> {
    let begin = ids.partition_point(|id| *id <= asked);
    ids[begin..].iter().chain(&ids[..begin]).take(ONE_BY_ONE).map(|id| (*id).to_owned()).collect()
}
