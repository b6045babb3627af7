//! What we may have missed of the incidents service's events, read there: before our first start, while its events went
//! elsewhere, after one of us was restored from a backup.

use std::collections::HashSet;

use chassis::client::{Peer, PeerError, Response};
use serde::de::DeserializeOwned;
use store::{Draft, Snapshot, Store};

use crate::model::{Component, Incident, KnownIncident, KnownStatus};
use crate::scribe::Scribe;
use crate::writes::{self, Answers};

/// Entries of a page. Not the 500 that a page may have: so many incidents with long texts are more than a client takes.
const PAGE: usize = 100;

/// Incidents that are asked for one by one in a round.
const ONE_BY_ONE: usize = 20;

/// One who asks.
pub(crate) struct CatchUp {
    store: Store,
    scribe: Scribe,
    incidents: Peer,
    /// The last incident that was asked for by its id. The next round goes on behind it: what is never answered must not
    /// keep its place for ever.
    asked: String,
}

impl CatchUp {
    pub(crate) const fn new(store: Store, scribe: Scribe, incidents: Peer) -> Self {
        Self { store, scribe, incidents, asked: String::new() }
    }

    /// Ask once, and take over what is new.
    ///
    /// # Errors
    /// In words, when nothing was taken over.
    pub(crate) async fn round(&mut self) -> Result<(), String> {
        // before it is asked: what we hear while we ask is newer than its answer
        let before = self.store.read();
        let services = self.all::<Component>("/api/v1/services", None).await.map_err(|error| error.to_string())?;
        let mut known = Vec::new();
        for status in ["open", "mitigated"] {
            let some = self.all::<KnownIncident>("/api/v1/incidents", Some(status)).await;
            known.extend(some.map_err(|error| error.to_string())?);
        }
        let mut gone = Vec::new();
        for id in self.to_ask(&before, &known) {
            let answer = self.incidents.get("/api/v1/incidents").segment(&id).send().await;
            self.asked.clone_from(&id);
            match answer.and_then(Response::found::<KnownIncident>) {
                Ok(Some(found)) => known.push(found),
                Ok(None) => gone.push(id),
                Err(error) if error.is_unavailable() => break,
                // this one alone
                Err(error) => tracing::warn!(%error, id, "an incident cannot be asked for"),
            }
        }
        let answers = Answers { incidents: known, gone, services };
        let now = self.scribe.now();
        let learn = move |draft: &mut Draft| writes::learn(draft, &before, &answers, now);
        self.store.write(learn).await.map_err(|error: chassis::ApiError| error.to_string())
    }

    /// Every page of a list.
    async fn all<T: DeserializeOwned>(&self, path: &str, status: Option<&str>) -> Result<Vec<T>, PeerError> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let call = self.incidents.get(path).query("limit", PAGE);
            let call = status.into_iter().fold(call, |call, status| call.query("status", status));
            let call = cursor.iter().fold(call, |call, cursor| call.query("cursor", cursor));
            let answer = call.send().await?;
            cursor = answer.next_cursor();
            all.extend(answer.json::<Vec<T>>()?);
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// Of those that we believe to go on and that are not in its lists, some, to ask how they ended: from behind those of
    /// the round before.
    fn to_ask(&self, snapshot: &Snapshot, known: &[KnownIncident]) -> Vec<String> {
        let listed: HashSet<&str> = known.iter().map(|known| known.id.as_str()).collect();
        let goes_on = |ours: &&str| !listed.contains(ours);
        let believed = snapshot.iter::<Incident>().filter(|ours| ours.known_status() != KnownStatus::Resolved);
        let believed: Vec<&str> = believed.map(|ours| ours.id.as_str()).filter(goes_on).collect();
        let begin = believed.partition_point(|id| *id <= self.asked.as_str());
        let in_turn = believed[begin..].iter().chain(&believed[..begin]);
        in_turn.take(ONE_BY_ONE).map(|id| (*id).to_owned()).collect()
    }
}
