//! The real server, on a port of its own and with a database of its own, and a hand that writes into the table.

use std::ops::Deref;
use std::sync::Arc;

use chassis::clock::SystemClock;
use chassis::ids::RandomIds;
use products::database::Database;
use products::{NewProductInput, Product, StorageSettings};
use read_product::ReadProduct;
use read_product::settings::Settings;
use serde_json::json;
use testbed::answer::Answer;
use testbed::service::TestService;

use crate::storage::Storage;

/// An hour: nothing is read anew unless somebody has told of it.
pub const LONG: u32 = 3600;

/// The service, running in this process. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<ReadProduct>,
    _table: Table,
}

impl Deref for TestApp {
    type Target = TestService<ReadProduct>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// The table, as add-product writes into it.
#[derive(Clone)]
pub struct Table {
    database: Database,
    storage: Arc<Storage>,
}

impl Table {
    pub async fn of(storage: Storage) -> Self {
        let database = Database::open(&storage.url().parse().unwrap()).await.unwrap();
        Self { database, storage: Arc::new(storage) }
    }

    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Add a product, without telling anybody.
    pub async fn add(&self, name: &str, description: &str, price: &str) -> Product {
        let input = json!({"name": name, "description": description, "price": price});
        let input: NewProductInput = serde_json::from_value(input).unwrap();
        self.database.add(&input.validate().unwrap(), None, &SystemClock, &RandomIds).await.unwrap()
    }

    /// Do something that add-product never does.
    pub async fn by_hand(&self, sql: &'static str) {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&self.storage.url()).await.unwrap();
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

/// What is set in tests.
pub fn settings(database_url: &str, events_url: &str, reread_seconds: u32) -> Settings {
    Settings {
        storage: StorageSettings { database_url: database_url.parse().unwrap() },
        events: events::EventsSettings { events_url: events_url.parse().unwrap() },
        reread_seconds,
    }
}

/// A dozen things, and the service that lists them.
pub async fn spawn_app(storage: Storage) -> TestApp {
    let table = Table::of(storage).await;
    for (name, description, price) in [
        ("Teapot", "Holds a litre, and does not drip.", "12.50"),
        ("Cup", "", "3"),
        ("Kettle", "Boils water for tea.", "29.99"),
        ("Café filter", "Paper <b>& more</b>", "0.05"),
    ] {
        table.add(name, description, price).await;
    }
    TestApp::on(table, "in-process:", LONG).await
}

impl TestApp {
    pub async fn on(table: Table, events_url: &str, reread_seconds: u32) -> Self {
        let url = table.storage.url();
        Self::through(table, &url, events_url, reread_seconds).await
    }

    /// Start it on `url`, which leads to this table, perhaps through a proxy.
    pub async fn through(table: Table, url: &str, events_url: &str, reread_seconds: u32) -> Self {
        let service = TestService::start(settings(url, events_url, reread_seconds)).await;
        Self { service, _table: table }
    }

    /// Reads are open: they are made without the token.
    pub async fn get(&self, path: &str) -> Answer {
        self.stranger().get(path).await
    }

    /// The names in a list.
    pub async fn names(&self, path: &str) -> Vec<String> {
        let list = self.get(path).await.expect(200).json();
        list.as_array().unwrap().iter().map(|product| product["name"].as_str().unwrap().to_owned()).collect()
    }
}
