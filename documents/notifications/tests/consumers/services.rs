//! Both services as processes, a user, and the one who tells of changes.

use std::time::Duration;

use serde_json::{Value, json};
use socketio_client::{Connection, Limits};
use tempfile::TempDir;
use testbed::process::{Program, Running};
use testbed::service::{TOKEN, TestService};
use tokio::time::timeout;

use documents_api::DocumentsApi;
use documents_notifications::Notifications;

/// How long a program may take that has to start first, on a busy machine.
pub const SOON: Duration = Duration::from_mins(1);

const PASSWORD: &str = "correct horse battery staple";

/// The services.
pub struct Services {
    // in this order, in which they are dropped
    pub notifications: TestService<Notifications>,
    documents: TestService<DocumentsApi>,
    _folder: TempDir,
    api: Connection,
    /// Of a user with the id 1.
    pub token: String,
}

impl Services {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("documents.db").display());
        let content = folder.path().join("content").display().to_string();
        let flags = ["--database-url", &database, "--content-folder", &content];
        let (_, settings) = chassis::service::settings_of::<DocumentsApi>(flags).unwrap();
        let documents = TestService::<DocumentsApi>::with(settings).random_ids().start().await;
        let url = documents.url("");
        let (_, settings) = chassis::service::settings_of::<Notifications>(["--documents-url", &url]).unwrap();
        let notifications = TestService::<Notifications>::with(settings).random_ids().start().await;
        let login = json!({"login": "zoe", "password": PASSWORD});
        documents.post("/api/v1/users", &login).await.assert_status(201);
        let token = documents.stranger().post("/api/v1/login", &login).await.expect(200).json();
        let token = token["token"].as_str().unwrap().to_owned();
        let auth = Some(json!({"token": TOKEN}));
        let api = Connection::open(&notifications.url(""), auth, Limits::default()).await.unwrap();
        Self { notifications, documents, _folder: folder, api, token }
    }

    /// Tell of a change of a file of the user.
    pub async fn tell(&self, event: &str, change: Value) {
        let answer = timeout(SOON, self.api.emit_with_ack(event, change)).await.unwrap().unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
    }

    /// End the user's login.
    pub async fn log_out(&self) {
        let answer = self.documents.as_(&self.token).post("/api/v1/logout", &json!({})).await;
        answer.assert_status(204);
    }
}

/// A change of a file of the user.
pub fn change(seq: u64) -> Value {
    let file = json!({
        "id": 12, "user_id": 1, "name": "Été.pdf", "version": seq, "sha256": "0a".repeat(32), "size": 9
    });
    json!({"seq": seq, "file": file, "at": 1_700_000_000})
}

/// What a program has printed: a line of JSON each.
pub fn printed(running: &Running) -> Vec<Value> {
    let lines = running.stdout();
    // the last may be half a line
    let whole = lines.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

/// Wait until a program has printed so many lines.
pub async fn until_printed(running: &Running, lines: usize) -> Vec<Value> {
    let enough = async || Some(printed(running)).filter(|printed| printed.len() >= lines);
    let what = format!("{lines} lines; errors so far: {}", running.stderr());
    testbed::wait::until_async(&what, SOON, enough).await
}

/// A program that is to be told where the services are.
pub fn told_where(program: Program, services: &Services, arguments: &[&str]) -> Program {
    program
        .arg(services.notifications.url(""))
        .args(arguments.iter().copied())
        .env("NOTIFICATIONS_TOKEN", &services.token)
}
