//! Servers that go down open incidents, and close them when they are up again.

use std::sync::Arc;
use std::time::Duration;

use chassis::ids::RandomIds;
use chassis::service::Foundation;
use events::{Broker, Event, Relay, StoreOutbox};
use serde_json::{Value, json};
use store::{Draft, Schema, Store, StoreError};
use testbed::service::START;
use testbed::wait;

use crate::app::{TestApp, spawn_with, text};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_server_that_goes_down_opens_an_incident_and_ends_it_when_it_is_up,
    what_somebody_has_taken_in_hand_is_not_resolved_by_a_server,
}

const SOON: Duration = Duration::from_secs(10);

/// What speaks for the inventory: events on the same way as the real one's.
struct Speaker {
    store: Store,
    _relay: Relay,
}

impl Speaker {
    async fn on(bus: &str) -> Self {
        let store = Store::open(&"memory:".parse().unwrap(), "inventory", Schema::default(), &RandomIds).await.unwrap();
        let broker = Broker::open(&bus.parse().unwrap(), &Foundation::default());
        let relay = Relay::start(StoreOutbox::of(&store, &RandomIds), &broker);
        Self { store, _relay: relay }
    }

    async fn say(&self, id: &str, kind: &str, status: &str) {
        let data =
            json!({"id": 1, "hostname": "web-prod-01", "ip": "10.0.0.1", "status": status, "at": START, "who": "x"});
        let event = Event::recorded(id.to_owned(), START - 5, "/inventory", kind, "1", &data);
        let emit = move |draft: &mut Draft| -> Result<(), StoreError> {
            draft.emit(event.to_json());
            Ok(())
        };
        self.store.write(emit).await.unwrap();
    }

    async fn down(&self, id: &str) {
        self.say(id, "inventory.server.down", "down").await;
    }

    async fn up(&self, id: &str) {
        self.say(id, "inventory.server.up", "up").await;
    }
}

async fn app_and_speaker(storage: Storage) -> (TestApp, Speaker) {
    // a way of their own, shared by nobody else in this process
    let bus = format!("in-process:{}", storage.url());
    let app = spawn_with(storage, |settings| {
        settings.events.events_url = bus.parse().unwrap();
        settings.incidents_from_servers = true;
    })
    .await;
    let speaker = Speaker::on(&bus).await;
    (app, speaker)
}

async fn the_one(app: &TestApp, holds: impl Fn(&Value) -> bool) -> Value {
    wait::until_async("the incident", SOON, async || {
        let all = app.get("/api/v1/incidents").await.json();
        all.as_array().unwrap().first().filter(|first| holds(first)).cloned()
    })
    .await
}

async fn messages(app: &TestApp, incident: &Value) -> Vec<String> {
    let timeline = app.get(&format!("/api/v1/incidents/{}/timeline", text(incident, "id"))).await.json();
    timeline.as_array().unwrap().iter().map(|entry| text(entry, "message")).collect()
}

async fn a_server_that_goes_down_opens_an_incident_and_ends_it_when_it_is_up(storage: Storage) {
    let (app, inventory) = app_and_speaker(storage).await;
    inventory.down("1").await;
    let incident = the_one(&app, |_| true).await;
    assert_eq!(text(&incident, "title"), "web-prod-01 is down");
    assert_eq!(
        (&incident["source"], &incident["servers"], &incident["sev"]),
        (&json!("inventory"), &json!([1]), &json!(3))
    );
    assert_eq!(incident["started_at"], START - 5, "when the server went down, not when we heard of it");
    // the same event again has no effect, nor has another while the incident goes on
    inventory.down("1").await;
    inventory.down("2").await;
    inventory.up("3").await;
    let resolved = the_one(&app, |incident| incident["status"] == "resolved").await;
    assert_eq!(app.get("/api/v1/incidents").await.json().as_array().unwrap().len(), 1);
    let opened = "Opened, since the inventory says that the server is down";
    let ended = "From open to resolved: web-prod-01 is up again";
    assert_eq!(messages(&app, &resolved).await, [opened, "web-prod-01 is down", ended]);
}

async fn what_somebody_has_taken_in_hand_is_not_resolved_by_a_server(storage: Storage) {
    let (app, inventory) = app_and_speaker(storage).await;
    inventory.down("1").await;
    let incident = the_one(&app, |_| true).await;
    let path = format!("/api/v1/incidents/{}", text(&incident, "id"));
    app.post(&format!("{path}/assign"), &json!({"commander": "api-token"})).await.assert_status(200);
    inventory.up("2").await;
    wait::until_async("the timeline to tell it", SOON, async || {
        let messages = messages(&app, &incident).await;
        (messages.last().unwrap() == "web-prod-01 is up again").then_some(())
    })
    .await;
    assert_eq!(app.get(&path).await.json()["status"], "open");
}

#[tokio::test]
async fn whoever_listens_hears_of_every_change() {
    let storage = Storage::sqlite();
    let bus = format!("in-process:{}", storage.url());
    let broker = Broker::open(&bus.parse().unwrap(), &Foundation::default());
    let heard = Arc::new(std::sync::Mutex::new(Vec::<(String, String)>::new()));
    let listener = Arc::clone(&heard);
    let _subscription = broker.subscribe("listener", &["polystatus.#"], move |event| {
        listener.lock().unwrap().push((event.kind().to_owned(), event.subject().to_owned()));
        std::future::ready(Ok(()))
    });
    let app = spawn_with(storage, |settings| settings.events.events_url = bus.parse().unwrap()).await;
    app.add_service("mail").await;
    let incident = app.open_one().await;
    app.post(&format!("{incident}/timeline"), &json!({"type": "note", "message": "x"})).await.assert_status(201);
    app.post(&format!("{incident}/assign"), &json!({"commander": "api-token"})).await.assert_status(200);
    app.patch(&incident, &json!({"sev": 1})).await.assert_status(200);
    app.set_status(&incident, "resolved").await;
    let learnt = json!({"what_happened": "x", "root_cause": "y"});
    app.post(&format!("{incident}/postmortem"), &learnt).await.assert_status(201);
    app.put("/api/v1/services/mail", &json!({"name": "Mail"})).await.assert_status(200);
    app.delete("/api/v1/services/mail").await.assert_status(204);
    let wanted = [
        "service.created",
        "incident.opened",
        "incident.updated",
        "incident.assigned",
        "incident.updated",
        "incident.status-changed",
        "incident.resolved",
        "incident.postmortem-published",
        "service.updated",
        "service.deleted",
    ];
    wait::until_async("all events", SOON, async || (heard.lock().unwrap().len() >= wanted.len()).then_some(())).await;
    let kinds: Vec<String> = heard.lock().unwrap().iter().map(|(kind, _)| kind.clone()).collect();
    assert_eq!(kinds, wanted.map(|kind| format!("polystatus.{kind}")));
}
