//! What would be mailed: a consumer of the service's events.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::service::Foundation;
use events::{Broker, Event, EventsUrl, Subscription};
use serde_json::Value;
use testbed::wait;

const SOON: Duration = Duration::from_secs(20);

/// All events, in their order.
pub struct Mailbox {
    events: Arc<Mutex<Vec<Event>>>,
    _subscription: Subscription,
}

impl Mailbox {
    /// Listen to what is said on this bus.
    pub fn on(url: &EventsUrl) -> Self {
        let events = Arc::<Mutex<Vec<Event>>>::default();
        let kept = Arc::clone(&events);
        let broker = Broker::open(url, &Foundation::default());
        let subscription = broker.subscribe("mailbox", &["polystatus.user.#"], move |event| {
            kept.lock().unwrap().push(event);
            std::future::ready(Ok(()))
        });
        Self { events, _subscription: subscription }
    }

    /// What has come so far of this kind for this address.
    pub fn count(&self, kind: &str, email: &str) -> usize {
        self.events.lock().unwrap().iter().filter(|event| is(event, kind, email)).count()
    }

    /// The data of the last event of this kind for this address, once there is the given number of them.
    pub async fn nth(&self, number: usize, kind: &str, email: &str) -> Value {
        let found = async || {
            let events = self.events.lock().unwrap();
            let event = events.iter().filter(|event| is(event, kind, email)).nth(number - 1)?;
            Some(event.data().unwrap())
        };
        wait::until_async(&format!("event {number} of {kind} to {email}"), SOON, found).await
    }

    /// The token of the first link that was mailed.
    pub async fn token(&self, kind: &str, email: &str) -> String {
        let data: Value = self.nth(1, kind, email).await;
        data["token"].as_str().unwrap().to_owned()
    }
}

fn is(event: &Event, kind: &str, email: &str) -> bool {
    let data: Value = event.data().unwrap();
    event.kind() == format!("polystatus.user.{kind}") && data["email"] == email
}
