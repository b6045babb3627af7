//! A service that says something: a store, and a relay that sends what is in its outbox.

use chassis::ids::RandomIds;
use events::{Broker, Event, Relay, StoreOutbox};
use serde_json::json;
use store::{Schema, Store, StoreError};

use crate::brokers::NOW;

pub const COUNTED: &str = "test.thing.counted";

pub struct Speaker {
    pub store: Store,
    relay: Option<Relay>,
}

impl Speaker {
    /// On a store in memory.
    pub async fn start(broker: &Broker) -> Self {
        let mut speaker = Self::silent("memory:").await;
        speaker.send_by(broker);
        speaker
    }

    /// On this store, without a relay: what it says waits.
    pub async fn silent(url: &str) -> Self {
        let store = Store::open(&url.parse().unwrap(), "speaker", Schema::default(), &RandomIds).await.unwrap();
        Self { store, relay: None }
    }

    pub fn send_by(&mut self, broker: &Broker) {
        self.relay = Some(Relay::start(StoreOutbox::of(&self.store, &RandomIds), broker));
    }

    /// Say these numbers of a subject, in one write.
    pub async fn count(&self, subject: &str, numbers: impl IntoIterator<Item = u64>) {
        self.say(numbers.into_iter().map(|number| counted(subject, number))).await;
    }

    pub async fn say(&self, events: impl IntoIterator<Item = Event>) {
        self.say_json(events.into_iter().map(|event| event.to_json())).await;
    }

    pub async fn say_json(&self, events: impl IntoIterator<Item = String>) {
        let events: Vec<_> = events.into_iter().collect();
        let say = move |draft: &mut store::Draft| -> Result<(), StoreError> {
            for event in &events {
                draft.emit(event.clone());
            }
            Ok(())
        };
        self.store.write(say).await.unwrap();
    }

    pub async fn waiting(&self) -> u64 {
        self.store.outbox().count().await.unwrap()
    }
}

/// Something with a number, and an id of its own.
pub fn event(kind: &str, subject: &str, number: u64) -> Event {
    Event::recorded(format!("{kind}-{subject}-{number}"), NOW, "/test", kind, subject, &json!({"number": number}))
}

pub fn counted(subject: &str, number: u64) -> Event {
    event(COUNTED, subject, number)
}
