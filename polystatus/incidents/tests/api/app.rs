//! The service with its storage, and what most tests do with it.

use std::ops::Deref;
use std::sync::Arc;

use chassis::auth::Role;
use chassis::clock::FixedClock;
use polystatus_incidents::Incidents;
use polystatus_incidents::settings::Settings;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::Client;
use testbed::roles::Issuer;
use testbed::service::{START, TestService};

use testbed::storage::Storage;

/// The service, running in this process, with its storage. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<Incidents>,
    issuer: Issuer,
    pub storage: Arc<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<Incidents>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// Start the service on this storage.
pub async fn spawn_app(storage: Storage) -> TestApp {
    spawn_with(storage, |_| {}).await
}

/// Start the service on this storage, with other settings.
pub async fn spawn_with(storage: Storage, change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::start(Arc::new(storage), Arc::new(FixedClock::at(START)), change).await
}

impl TestApp {
    pub async fn start(storage: Arc<Storage>, clock: Arc<FixedClock>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        settings.store.store_url = Some(storage.url().parse().unwrap());
        change(&mut settings);
        let issuer = Issuer::default();
        let keys = issuer.url();
        let setup = TestService::with(settings).clock(clock).settings(|settings| settings.auth_jwks_url = Some(keys));
        Self { service: setup.start().await, issuer, storage }
    }

    /// Another instance on the same storage, with the same clock, and ids of its own.
    pub async fn replica(&self) -> Self {
        let mut settings = Settings::default();
        settings.store.store_url = Some(self.storage.url().parse().unwrap());
        let issuer = Issuer::default();
        let keys = issuer.url();
        let setup = TestService::with(settings).clock(Arc::clone(&self.clock)).random_ids();
        let service = setup.settings(|settings| settings.auth_jwks_url = Some(keys)).start().await;
        Self { service, issuer, storage: Arc::clone(&self.storage) }
    }

    /// This user, with this role.
    pub fn user(&self, id: &str, role: Role) -> Client {
        self.as_(self.issuer.token(id, role, START))
    }

    /// Open an incident that must be accepted.
    pub async fn open(&self, incident: Value) -> Value {
        self.post("/api/v1/incidents", &incident).await.expect(201).json()
    }

    /// Open an incident about which nothing special is; its address.
    pub async fn open_one(&self) -> String {
        let incident = self.open(json!({"title": "Checkout answers with errors", "sev": 2})).await;
        format!("/api/v1/incidents/{}", text(&incident, "id"))
    }

    /// Bring an incident to this status.
    pub async fn set_status(&self, incident: &str, status: &str) {
        let answer = self.post(&format!("{incident}/status"), &json!({"status": status})).await;
        assert_eq!(answer.status, 200, "{answer}");
    }

    /// Add a service to the catalogue.
    pub async fn add_service(&self, name: &str) {
        let answer = self.post("/api/v1/services", &json!({"name": name})).await;
        assert_eq!(answer.status, 201, "{answer}");
    }
}

/// A text field of a JSON object.
pub fn text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {object}")).to_owned()
}

/// A field of each item of a JSON array.
pub fn column(items: &Value, field: &str) -> Vec<Value> {
    items.as_array().unwrap_or_else(|| panic!("no array: {items}")).iter().map(|item| item[field].clone()).collect()
}

/// An answer as snapshots show it. Versions are left out: the store gives them to whatever it writes, and that the
/// service was there in a minute is written when it comes to it.
pub fn shown(answer: &Answer) -> String {
    let lines = answer.to_string();
    let without = lines.lines().map(|line| if line.starts_with("etag: ") { "etag: (a version)" } else { line });
    without.collect::<Vec<_>>().join("\n")
}
