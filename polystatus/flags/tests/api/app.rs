//! The service with its storage, and what most tests do with it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use chassis::auth::Role;
use chassis::clock::FixedClock;
use polystatus_flags::Flags;
use polystatus_flags::settings::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::roles::Issuer;
use testbed::service::{START, TestService};
use testbed::storage::Storage;
use testbed::wait;

/// Evaluates one flag.
pub const OFREP: &str = "/ofrep/v1/evaluate/flags";

/// The service, running in this process, with its storage. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<Flags>,
    issuer: Issuer,
    pub storage: Arc<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<Flags>;

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
        let setup = TestService::with(settings).clock(clock).settings(|settings| {
            settings.auth_jwks_url = Some(keys);
            settings.cors_origins = vec!["https://shop.example.org".to_owned()];
        });
        Self { service: setup.start().await, issuer, storage }.with_keys().await
    }

    /// Another instance on the same storage, with the same clock, and ids of its own.
    pub async fn replica(&self) -> Self {
        let mut settings = Settings::default();
        settings.store.store_url = Some(self.storage.url().parse().unwrap());
        let issuer = Issuer::default();
        let keys = issuer.url();
        let setup = TestService::with(settings).clock(Arc::clone(&self.clock)).random_ids();
        let service = setup.settings(|settings| settings.auth_jwks_url = Some(keys)).start().await;
        Self { service, issuer, storage: Arc::clone(&self.storage) }.with_keys().await
    }

    /// It, once it has read the keys: it answers before, and would tell a user to come back.
    async fn with_keys(self) -> Self {
        let user = self.user("USR-first", Role::Manager);
        wait::until_async("the keys of tokens", Duration::from_secs(20), async || {
            (user.get("/admin/flags?limit=1").await.status != 503).then_some(())
        })
        .await;
        self
    }

    /// This user, with this role.
    pub fn user(&self, id: &str, role: Role) -> Client {
        self.as_(self.issuer.token(id, role, START))
    }

    /// Make or replace a flag that must be accepted.
    pub async fn put_flag(&self, flag: Value) -> Value {
        let answer = self.post("/admin/flags", &flag).await;
        assert!(matches!(answer.status, 200 | 201), "{answer}");
        answer.json()
    }

    /// A boolean flag about which nothing special is.
    pub async fn simple(&self, id: &str) -> Value {
        self.put_flag(json!({"id": id})).await
    }

    /// Put a set in flagd's format in the place of all flags.
    pub async fn import(&self, set: &Value) -> Value {
        self.put("/api/v1/flags/flagd", set).await.expect(200).json()
    }

    /// What OFREP says of a flag, as a stranger hears it.
    pub async fn evaluate(&self, key: &str, context: Value) -> Answer {
        self.stranger().post(&format!("{OFREP}/{key}"), &json!({"context": context})).await
    }

    /// Its variation for this user.
    pub async fn variation(&self, key: &str, user: &str) -> Value {
        self.evaluate(key, json!({"targetingKey": user})).await.expect(200).json()["variant"].clone()
    }

    /// All flags, as a stranger hears of them, with these headers.
    pub async fn bulk(&self, context: Value, headers: &[(&str, &str)]) -> Answer {
        let request = self.stranger().request(Method::POST, OFREP).json(&json!({"context": context}));
        send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
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

/// An answer as snapshots show it. Versions are left out: the store gives them to whatever it writes.
pub fn shown(answer: &Answer) -> String {
    let lines = answer.to_string();
    let without = lines.lines().map(|line| if line.starts_with("etag: ") { "etag: (a version)" } else { line });
    without.collect::<Vec<_>>().join("\n")
}
