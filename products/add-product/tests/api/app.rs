//! The real server, on a port of its own and with a database of its own.

use std::ops::Deref;
use std::sync::Arc;

use add_product::AddProduct;
use add_product::settings::Settings;
use products::database::Database;
use products::{Product, StorageSettings};
use reqwest::Method;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::send;
use testbed::service::TestService;

use crate::storage::Storage;

/// The service, running in this process. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<AddProduct>,
    pub storage: Arc<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<AddProduct>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// What is set in tests.
pub fn settings(database_url: &str, events_url: &str) -> Settings {
    Settings {
        storage: StorageSettings { database_url: database_url.parse().unwrap() },
        events: events::EventsSettings { events_url: events_url.parse().unwrap() },
    }
}

/// Start the service on this storage, and wait until it answers.
pub async fn spawn_app(storage: Storage) -> TestApp {
    TestApp::telling(Arc::new(storage), "in-process:").await
}

impl TestApp {
    /// Start the service; what it tells others goes to `events_url`.
    pub async fn telling(storage: Arc<Storage>, events_url: &str) -> Self {
        let url = storage.url();
        Self::through(storage, &url, events_url).await
    }

    /// Start the service on `url`, which leads to this storage, perhaps through a proxy.
    pub async fn through(storage: Arc<Storage>, url: &str, events_url: &str) -> Self {
        Self { service: TestService::with(settings(url, events_url)).random_ids().start().await, storage }
    }

    /// Another instance on the same database.
    pub async fn replica(&self) -> Self {
        Self::telling(Arc::clone(&self.storage), "in-process:").await
    }

    /// Add this, under this key.
    pub async fn add_under(&self, key: &str, product: &Value) -> Answer {
        let request = self.request(Method::POST, "/api/v1/products").header("idempotency-key", key);
        send(request.json(product)).await
    }

    /// Everything that is in the table.
    pub async fn products(&self) -> Vec<Product> {
        let database = Database::open(&self.storage.url().parse().unwrap()).await.unwrap();
        database.products_after(0).await.unwrap()
    }
}

/// A product's JSON, as a client sends it.
pub fn product(name: &str, price: &str) -> Value {
    json!({"name": name, "description": "Holds a litre.", "price": price})
}
