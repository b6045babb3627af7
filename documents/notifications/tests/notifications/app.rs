//! The real services, each on a port of its own, and clients that speak to them.

use std::ops::Deref;
use std::time::Duration;

use documents_api::DocumentsApi;
use documents_notifications::Notifications;
use documents_notifications::settings::Settings;
use serde_json::{Value, json};
use socketio_client::{Connection, Limits};
use tempfile::TempDir;
use testbed::client::Client;
use testbed::process::free_port;
use testbed::service::{TOKEN, TestService};
use tokio::time::timeout;

/// How long something may take that comes at once.
pub const SOON: Duration = Duration::from_secs(20);

/// A password that may be chosen.
const PASSWORD: &str = "correct horse battery staple";

/// The documents API, with a folder of its own.
pub struct Documents {
    // in this order, in which they are dropped
    service: TestService<DocumentsApi>,
    _folder: TempDir,
}

impl Deref for Documents {
    type Target = TestService<DocumentsApi>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// A user of it who is logged in.
pub struct User {
    pub id: u64,
    pub token: String,
    pub client: Client,
}

impl Documents {
    pub async fn start() -> Self {
        Self::on(0, &[]).await
    }

    /// On this port, with these flags too.
    pub async fn on(port: u16, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("documents.db").display());
        let content = folder.path().join("content").display().to_string();
        let flags = [&["--database-url", &database, "--content-folder", &content], more].concat();
        let (_, settings) = chassis::service::settings_of::<DocumentsApi>(flags).unwrap();
        let setup = TestService::with(settings).random_ids().settings(|settings| settings.listen.port = port);
        Self { service: setup.start().await, _folder: folder }
    }

    /// Make a user, and log it in.
    pub async fn user(&self, login: &str) -> User {
        self.user_who(json!({"login": login, "password": PASSWORD})).await
    }

    /// Make a user of this shape, and log it in.
    pub async fn user_who(&self, input: Value) -> User {
        self.post("/api/v1/users", &input).await.assert_status(201);
        self.log_in(input["login"].as_str().unwrap()).await
    }

    pub async fn log_in(&self, login: &str) -> User {
        let login = json!({"login": login, "password": PASSWORD});
        let answer = self.stranger().post("/api/v1/login", &login).await.expect(200).json();
        let token = answer["token"].as_str().unwrap().to_owned();
        User { id: answer["user_id"].as_u64().unwrap(), client: self.as_(&token), token }
    }
}

/// The notifications, and the documents API that they ask.
pub struct App {
    notifications: TestService<Notifications>,
    pub documents: Documents,
}

impl Deref for App {
    type Target = TestService<Notifications>;

    fn deref(&self) -> &Self::Target {
        &self.notifications
    }
}

/// What is set when nothing is said, and where the documents API is.
pub fn settings(documents_url: &str) -> Settings {
    chassis::service::settings_of::<Notifications>(["--documents-url", documents_url]).unwrap().1
}

impl App {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Start both, with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Documents::start().await, change).await
    }

    /// Both, the documents API telling of its changes.
    pub async fn told_by_the_api() -> Self {
        let port = free_port().unwrap();
        let settings = settings(&format!("http://127.0.0.1:{port}"));
        let notifications = TestService::<Notifications>::with(settings).random_ids().start().await;
        let url = notifications.url("");
        let told = ["--notifications-url", &url, "--notifications-token", TOKEN];
        Self { notifications, documents: Documents::on(port, &told).await }
    }

    /// With this documents API.
    pub async fn on(documents: Documents, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(&documents.url(""));
        change(&mut settings);
        Self { notifications: TestService::with(settings).random_ids().start().await, documents }
    }

    /// Somebody who has shown nothing.
    pub async fn stranger_connection(&self) -> Peer {
        Peer::at(&self.url(""), None).await
    }

    /// The documents API, as far as the notifications know.
    pub async fn api(&self) -> Peer {
        Peer::at(&self.url(""), Some(json!({"token": TOKEN}))).await
    }

    /// A user who listens.
    pub async fn user(&self, user: &User) -> Peer {
        let peer = self.stranger_connection().await;
        let answer = peer.ask("User_connect", json!(user.token)).await;
        assert_eq!((&answer["ok"], &answer["user_id"]), (&json!(true), &json!(user.id)), "{answer}");
        peer
    }

    /// An admin who listens.
    pub async fn admin(&self) -> Peer {
        let peer = self.stranger_connection().await;
        let answer = peer.ask("Admin_connect", json!(TOKEN)).await;
        assert_eq!((&answer["ok"], &answer["admin"]), (&json!(true), &json!(true)), "{answer}");
        peer
    }
}

/// A connection.
pub struct Peer(pub Connection);

impl Peer {
    pub async fn at(url: &str, auth: Option<Value>) -> Self {
        Self(Connection::open(url, auth, Limits::default()).await.unwrap())
    }

    /// Send an event, and wait for its acknowledgement.
    pub async fn ask(&self, event: &str, payload: Value) -> Value {
        timeout(SOON, self.0.emit_with_ack(event, payload)).await.unwrap().unwrap()
    }

    /// The next event.
    pub async fn next(&mut self) -> (String, Value) {
        let event = timeout(SOON, self.0.next()).await.expect("nothing is told").unwrap();
        (event.name, event.data.into_iter().next().unwrap_or_default())
    }

    /// Send an event that is refused; what is said of it, by both ways.
    pub async fn refused(&mut self, event: &str, payload: Value) -> Value {
        let answer = self.ask(event, payload).await;
        assert!(answer["error"].is_string(), "{answer}");
        assert_eq!(self.next().await, ("error".to_owned(), answer.clone()));
        answer
    }

    /// That it was told nothing before this moment: what it is asked now is the first thing that it hears.
    pub async fn assert_silent(&mut self) {
        let answer = self.ask("Nothing", Value::Null).await;
        assert_eq!(self.next().await, ("error".to_owned(), answer));
    }
}

/// A change of a file of this user.
pub fn change(seq: u64, user: impl Into<Option<u64>>) -> Value {
    json!({
        "seq": seq,
        "epoch": "e1",
        "file": {
            "id": 12,
            "user_id": user.into(),
            "name": format!("{seq}.pdf"),
            "version": 1,
            "sha256": "0a".repeat(32),
            "size": 9,
        },
        "at": 1_700_000_000,
    })
}

/// The same, as it is told.
pub fn told(seq: u64, user: impl Into<Option<u64>>) -> Value {
    let mut change = change(seq, user);
    change.as_object_mut().unwrap().remove("epoch");
    change
}
