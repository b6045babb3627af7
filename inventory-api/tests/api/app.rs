//! The real server, on a port of its own and with a database of its own, and a client that speaks to it.

use std::ops::Deref;
use std::sync::Arc;

use chassis::clock::FixedClock;
use events::EventsSettings;
use inventory_api::InventoryApi;
use inventory_api::settings::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::send;
use testbed::service::{START, TestService};

use crate::storage::Storage;

/// The service, running in this process, with its database. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<InventoryApi>,
    pub storage: Arc<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<InventoryApi>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// Start the service on this database, and wait until it answers.
pub async fn spawn_app(storage: Storage) -> TestApp {
    let url = storage.url();
    TestApp::start(Arc::new(storage), url).await
}

impl TestApp {
    /// Another instance on the same database, with the same clock.
    pub async fn replica(&self) -> Self {
        let clock = Arc::clone(&self.clock);
        Self::with_clock(Arc::clone(&self.storage), self.storage.url(), clock).await
    }

    /// Start the service on `url`, which leads to this storage, perhaps through a proxy.
    pub async fn start(storage: Arc<Storage>, url: String) -> Self {
        Self::with_clock(storage, url, Arc::new(FixedClock::at(START))).await
    }

    /// Start the service on this database; what it tells others goes to `events_url`.
    pub async fn start_telling(storage: Arc<Storage>, events_url: &str) -> Self {
        let events = EventsSettings { events_url: events_url.parse().unwrap() };
        let settings = Settings { database_url: storage.url().parse().unwrap(), events };
        Self { service: TestService::start(settings).await, storage }
    }

    async fn with_clock(storage: Arc<Storage>, url: String, clock: Arc<FixedClock>) -> Self {
        let settings = Settings { database_url: url.parse().unwrap(), events: EventsSettings::default() };
        let setup = TestService::with(settings).clock(clock);
        let setup = setup.settings(|settings| settings.cors_origins = vec!["https://status.example.org".to_owned()]);
        Self { service: setup.start().await, storage }
    }

    /// Reads are open: they are made without the token.
    pub async fn get(&self, path: &str) -> Answer {
        self.stranger().get(path).await
    }

    /// Import a file of this media type; `path` may have parameters.
    pub async fn import(&self, path: &str, media_type: &str, text: impl Into<reqwest::Body>) -> Answer {
        send(self.request(Method::POST, path).header("Content-Type", media_type).body(text)).await
    }

    /// Add a server that must be accepted.
    pub async fn add(&self, server: Value) -> Value {
        let answer = self.post("/api/v1/servers", &server).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.json()
    }

    /// Every server, as the list shows them, on all pages.
    pub async fn servers(&self) -> Vec<Value> {
        let mut servers = Vec::new();
        let mut next = Some("/api/v1/servers?limit=500".to_owned());
        while let Some(path) = next {
            let page = self.get(&path).await;
            servers.extend(page.list("servers"));
            next = page.next();
        }
        servers
    }

    /// The host names of every server, sorted.
    pub async fn hostnames(&self) -> Vec<String> {
        let mut names: Vec<_> = self.servers().await.iter().map(|server| text_of(server, "hostname")).collect();
        names.sort();
        names
    }
}

/// A server's JSON, as a client sends it.
pub fn server(hostname: &str, ip: &str, status: &str) -> Value {
    json!({"hostname": hostname, "ip": ip, "status": status})
}

/// A text field of a JSON object.
pub fn text_of(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {object}")).to_owned()
}
