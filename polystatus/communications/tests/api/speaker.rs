//! What speaks for the other services: events on the same way as the real ones'.

use std::sync::atomic::{AtomicUsize, Ordering};

use chassis::ids::RandomIds;
use chassis::service::Foundation;
use events::{Broker, Event, Relay, StoreOutbox};
use serde_json::{Value, json};
use store::{Draft, Schema, Store, StoreError};
use testbed::service::START;

pub struct Speaker {
    store: Store,
    said: AtomicUsize,
    _relay: Relay,
}

impl Speaker {
    pub async fn on(bus: &str) -> Self {
        let store = Store::open(&"memory:".parse().unwrap(), "others", Schema::default(), &RandomIds).await.unwrap();
        let broker = Broker::open(&bus.parse().unwrap(), &Foundation::default());
        let relay = Relay::start(StoreOutbox::of(&store, &RandomIds), &broker);
        Self { store, said: AtomicUsize::new(0), _relay: relay }
    }

    /// Say it under this id.
    pub async fn say_as(&self, id: &str, source: &str, kind: &str, subject: &str, data: &Value) {
        let event = Event::recorded(id.to_owned(), START, source, kind, subject, data);
        let emit = move |draft: &mut Draft| -> Result<(), StoreError> {
            draft.emit(event.to_json());
            Ok(())
        };
        self.store.write(emit).await.unwrap();
    }

    pub async fn say(&self, source: &str, kind: &str, subject: &str, data: &Value) {
        let id = format!("said-{}", self.said.fetch_add(1, Ordering::Relaxed));
        self.say_as(&id, source, kind, subject, data).await;
    }

    /// The incidents service: an incident is so.
    pub async fn incident(&self, id: &str, sev: u8, status: &str, services: &[&str], updated_at: i64) {
        let resolved_at = (status == "resolved").then_some(updated_at);
        let incident = json!({
            "id": id, "title": format!("Incident {id}: checkout <fails> & more"), "sev": sev, "services": services,
            "summary": "", "status": status, "started_at": START - 60, "commander": null, "source": "manual",
            "servers": [], "servers_unverified": false, "created_by": "x", "updated_at": updated_at,
            "mitigated_at": null, "resolved_at": resolved_at,
        });
        let data = json!({"incident": incident, "by": "x", "changes": []});
        self.say("/polystatus/incidents", "polystatus.incident.updated", id, &data).await;
    }

    /// The incidents service: a service is so.
    pub async fn service(&self, id: &str, name: &str, group: Option<&str>, position: i32) {
        let service = json!({
            "id": id, "name": name, "group": group, "description": format!("{name} does its work"),
            "position": position, "created_at": START - 1000, "updated_at": START - 500,
        });
        let data = json!({"service": service, "by": "x"});
        self.say("/polystatus/incidents", "polystatus.service.created", id, &data).await;
    }
}
