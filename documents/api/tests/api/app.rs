//! The real server, on a port of its own and with a storage of its own, and clients that speak to it.

use std::ops::Deref;
use std::sync::Arc;

use chassis::clock::FixedClock;
use documents_api::DocumentsApi;
use documents_api::settings::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::service::{START, TestService};

use crate::form::{Form, Part};
use crate::storage::Storage;

/// A password that may be chosen.
pub const PASSWORD: &str = "correct horse battery staple";

/// The service, running in this process. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<DocumentsApi>,
    pub storage: Arc<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<DocumentsApi>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// What is set in tests, unless they say otherwise.
pub fn settings(storage: &Storage) -> Settings {
    Settings {
        database_url: storage.url().parse().unwrap(),
        content_folder: storage.content(),
        max_file_bytes: 10_000_000,
        quota_bytes: 20_000_000,
        uploads_at_once: 256,
        uploads_of_one: 32,
        downloads_at_once: 512,
        downloads_of_one: 64,
        keep_deleted_days: 30,
        session_hours: 12,
        trusted_proxies: "".parse().unwrap(),
        attempts_per_minute: 1000,
        notifications_url: None,
        notifications_token: None,
    }
}

/// Start the service on this storage, and wait until it answers.
pub async fn spawn_app(storage: Storage) -> TestApp {
    spawn_with(storage, |_| {}).await
}

/// Start it with other settings.
pub async fn spawn_with(storage: Storage, change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::start(Arc::new(storage), change, Arc::new(FixedClock::at(START))).await
}

impl TestApp {
    pub async fn start(storage: Arc<Storage>, change: impl FnOnce(&mut Settings), clock: Arc<FixedClock>) -> Self {
        let mut settings = settings(&storage);
        change(&mut settings);
        let service = TestService::with(settings).clock(clock).random_ids().start().await;
        Self { service, storage }
    }

    /// Another instance on the same storage, with the same clock.
    pub async fn replica(&self) -> Self {
        Self::start(Arc::clone(&self.storage), |_| {}, Arc::clone(&self.clock)).await
    }

    /// Make a user, and log it in.
    pub async fn user(&self, login: &str) -> User {
        self.user_who(json!({"login": login, "password": PASSWORD})).await
    }

    /// Make a user of this shape, and log it in.
    pub async fn user_who(&self, input: Value) -> User {
        let made = self.post("/api/v1/users", &input).await.expect(201).json();
        let login = json!({"login": input["login"], "password": input["password"]});
        let answer = self.stranger().post("/api/v1/login", &login).await.expect(200).json();
        assert_eq!(answer["user_id"], made["id"]);
        User { id: made["id"].as_i64().unwrap(), client: self.as_(answer["token"].as_str().unwrap()) }
    }
}

/// Somebody who is logged in.
pub struct User {
    pub id: i64,
    client: Client,
}

impl Deref for User {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A form with one file.
pub fn form(name: &str, content: impl Into<Vec<u8>>) -> Form {
    Form::default().part("file", Part::of(content).file_name(name))
}

/// Send a form.
pub async fn upload(client: &Client, method: Method, path: &str, form: Form) -> Answer {
    send(form.on(client.request(method, path))).await
}

/// Upload a new file.
pub async fn add(client: &Client, name: &str, content: impl Into<Vec<u8>>) -> Value {
    upload(client, Method::POST, "/api/v1/files", form(name, content)).await.expect(201).json()
}

/// Give a file other content.
pub async fn change(client: &Client, file: &Value, content: impl Into<Vec<u8>>) -> Value {
    let path = format!("/api/v1/files/{}", file["id"]);
    let form = Form::default().part("file", Part::of(content));
    upload(client, Method::PUT, &path, form).await.expect(200).json()
}

/// All changes that somebody sees, page by page.
pub async fn changes(client: &Client) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all.last().map_or(0, |change| change["seq"].as_i64().unwrap());
        let page = client.get(&format!("/api/v1/changes?limit=50&after={after}")).await.expect(200).json();
        let page = page.as_array().unwrap().clone();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}
