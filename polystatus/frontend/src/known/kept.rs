//! What is known, written down: so that a start with all peers dead shows it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use store::{Document, Draft, Schema, Snapshot, Store, StoreError};
use tokio::time::{MissedTickBehavior, interval};

use super::{Answer, Known, Memory, Source, Standing, Topic};
use crate::model::Day;
use crate::session::Session;

/// How often it is looked whether there is something to write, though nothing was told.
const EVERY: Duration = Duration::from_secs(30);

/// Seconds for which a time that has passed is not worth a write.
const FINE: i64 = 60;

/// Every collection.
pub fn schema() -> Schema {
    Schema::default().with::<Kept>().with::<Heard>().with::<Day>().with::<Session>()
}

/// An answer of a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The key of its topic.
    pub topic: String,
    /// As it came.
    pub body: String,
    /// Under which the peer knew it.
    pub etag: Option<String>,
}

/// When a source last answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Its name.
    pub source: String,
    /// In Unix seconds.
    pub as_of: i64,
}

impl Document for Kept {
    const COLLECTION: &'static str = "answers";

    fn key(&self) -> String {
        self.topic.clone()
    }
}

impl Document for Heard {
    const COLLECTION: &'static str = "heard";

    fn key(&self) -> String {
        self.source.clone()
    }
}

impl Document for Day {
    const COLLECTION: &'static str = "days";

    fn key(&self) -> String {
        Self::key_of(&self.component, &self.date)
    }
}

/// What was written down. What cannot be read any more, as after an update, is asked for again anyway.
pub fn remembered(snapshot: &Snapshot) -> Memory {
    let answers = snapshot.iter::<Kept>().filter_map(|kept| {
        let topic = Topic::of_key(&kept.topic)?;
        let answer = Answer::read(&topic, Bytes::from(kept.body.clone()), kept.etag.clone());
        let answer =
            answer.inspect_err(|error| tracing::warn!(topic = kept.topic, %error, "what was kept is left out"));
        Some((topic, Arc::new(answer.ok()?)))
    });
    let standings = Source::ALL.into_iter().filter_map(|source| {
        let heard = snapshot.get::<Heard>(source.as_str())?;
        Some((source, Standing { as_of: Some(heard.as_of), answers: false }))
    });
    Memory::new(answers.collect(), standings.collect())
}

/// Write down what is known, for as long as the service runs. When the storage is gone, it is tried again.
pub async fn keep(memory: Arc<Memory>, store: Store) {
    let mut changed = memory.changed();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // of each answer that lies in the storage as it is in memory, where it is in memory
    let mut written: BTreeMap<Topic, Arc<Answer>> = BTreeMap::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            more = changed.changed() => if more.is_err() { return },
        }
        let known = memory.read();
        let (put, gone) = differences(&store.read(), &known, &written);
        let heard = heard(&store.read(), &known);
        if put.is_empty() && gone.is_empty() && heard.is_empty() {
            continue;
        }
        let write = move |draft: &mut Draft| -> Result<(), StoreError> {
            for kept in &put {
                draft.put(kept.clone());
            }
            for key in &gone {
                draft.delete::<Kept>(key);
            }
            for heard in &heard {
                draft.put(heard.clone());
            }
            Ok(())
        };
        match store.write(write).await {
            Ok(()) => written = known.answers().map(|(topic, answer)| (topic.clone(), Arc::clone(answer))).collect(),
            // it is in memory, and is written with the next tick
            Err(error) => tracing::warn!(%error, "what is known could not be written down yet"),
        }
    }
}

fn differences(snapshot: &Snapshot, known: &Known, written: &BTreeMap<Topic, Arc<Answer>>) -> (Vec<Kept>, Vec<String>) {
    let new =
        known.answers().filter(|(topic, answer)| !written.get(topic).is_some_and(|before| Arc::ptr_eq(before, answer)));
    let put = new.filter_map(|(topic, answer)| {
        let body = str::from_utf8(&answer.body.plain).ok()?.to_owned();
        let kept = Kept { topic: topic.key(), body, etag: answer.etag.clone() };
        let same = snapshot.get::<Kept>(&kept.topic).is_some_and(|before| before.document == kept);
        (!same).then_some(kept)
    });
    let gone = snapshot.iter::<Kept>().filter(|kept| {
        Topic::of_key(&kept.topic).is_some_and(|topic| topic.is_of_a_service() && known.answer(&topic).is_none())
    });
    (put.collect(), gone.map(|kept| kept.topic.clone()).collect())
}

fn heard(snapshot: &Snapshot, known: &Known) -> Vec<Heard> {
    let heard = Source::ALL.into_iter().filter_map(|source| {
        let standing = known.standing(source);
        let as_of = standing.as_of?;
        let before = snapshot.get::<Heard>(source.as_str()).map(|heard| heard.as_of);
        // while it answers a minute does not matter; its last word is kept exactly
        let due = before.is_none_or(|before| as_of - before >= FINE || (!standing.answers && as_of != before));
        due.then(|| Heard { source: source.as_str().to_owned(), as_of })
    });
    heard.collect()
}
