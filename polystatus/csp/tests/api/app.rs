//! The service with its storage, and what most tests do with it.

use std::ops::Deref;
use std::sync::Arc;

use chassis::auth::Role;
use chassis::clock::FixedClock;
use polystatus_csp::Csp;
use polystatus_csp::settings::{CatalogueSource, Settings};
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::Client;
use testbed::roles::Issuer;
use testbed::service::{START, TestService};
use testbed::storage::Storage;

/// The service, running in this process, with its storage. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<Csp>,
    issuer: Issuer,
    _storage: Arc<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<Csp>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// Settings without providers, that read feeds on this machine when somebody calls refresh.
pub fn settings(storage: &Storage) -> Settings {
    let mut settings = Settings::default();
    settings.store.store_url = Some(storage.url().parse().unwrap());
    settings.catalogue = CatalogueSource::None;
    settings.poll_seconds = 0;
    // longer than a busy machine takes
    settings.fetch_seconds = 30;
    settings.private_feeds = true;
    // most tests ask again at once
    settings.refresh_seconds = 0;
    settings
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
        let mut settings = settings(&storage);
        change(&mut settings);
        let issuer = Issuer::default();
        let keys = issuer.url();
        let setup = TestService::with(settings).clock(clock).random_ids();
        let setup = setup.settings(|settings| settings.auth_jwks_url = Some(keys));
        Self { service: setup.start().await, issuer, _storage: storage }
    }

    /// This user, with this role.
    pub fn user(&self, id: &str, role: Role) -> Client {
        self.as_(self.issuer.token(id, role, START))
    }

    /// See that the figures have these lines.
    pub async fn shows(&self, lines: &[&str]) {
        let figures = self.get("/metrics").await.body;
        for line in lines {
            assert!(figures.lines().any(|shown| shown == *line), "{line} in\n{figures}");
        }
    }

    /// Add a provider that must be accepted.
    pub async fn add(&self, provider: Value) -> Value {
        self.post("/api/v1/csp/providers", &provider).await.expect(201).json()
    }

    /// Add a provider called `name` whose feed is there.
    pub async fn watch(&self, name: &str, feed_url: &str) {
        self.add(json!({"name": name, "feed_url": feed_url, "type": "json"})).await;
    }

    /// Ask a provider now; what came of it.
    pub async fn refresh(&self, provider: &str) -> Value {
        let answer = self.post(&format!("/api/v1/csp/refresh?provider={provider}"), &json!(null)).await;
        answer.expect(200).json()["providers"][0].clone()
    }

    /// How a provider is.
    pub async fn status(&self, provider: &str) -> Value {
        self.get(&format!("/api/v1/csp/status/{provider}")).await.expect(200).json()
    }

    /// The events that match.
    pub async fn events(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/api/v1/csp/events{query}")).await.expect(200);
        answer.json().as_array().unwrap().clone()
    }
}

/// A text field of a JSON object.
pub fn text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {object}")).to_owned()
}

/// The state and the three flags of a provider.
pub fn flags(status: &Value) -> (String, [bool; 3]) {
    (text(status, "state"), ["reachable", "parsed", "fresh"].map(|flag| status[flag].as_bool().unwrap()))
}

/// An answer as snapshots show it. Versions are left out: the store gives them to whatever it writes.
pub fn shown(answer: &Answer) -> String {
    let lines = answer.to_string();
    let without = lines.lines().map(|line| if line.starts_with("etag: ") { "etag: (a version)" } else { line });
    without.collect::<Vec<_>>().join("\n")
}
