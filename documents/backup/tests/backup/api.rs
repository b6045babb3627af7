//! The documents API that is backed up: the real one, in this process.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use chassis::clock::FixedClock;
use documents_api::DocumentsApi;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::service::{START, TestService};

const PASSWORD: &str = "correct horse battery staple";
const BOUNDARY: &str = "----the-boundary-of-the-tests";

/// The API on a database and a folder of its own. It is stopped when this is dropped.
pub struct Api {
    service: TestService<DocumentsApi>,
    folder: Arc<TempDir>,
}

impl Deref for Api {
    type Target = TestService<DocumentsApi>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

impl Api {
    pub async fn start() -> Self {
        Self::on(Arc::new(tempfile::tempdir().unwrap()), 0).await
    }

    /// On what is in this folder, and on this port.
    pub async fn on(folder: Arc<TempDir>, port: u16) -> Self {
        let flag = |name: &str, value: String| format!("--{name}={value}");
        let flags = [
            flag("database-url", format!("sqlite:{}", folder.path().join("documents.db").display())),
            flag("content-folder", folder.path().join("content").display().to_string()),
            flag("keep-deleted-days", "30".to_owned()),
        ];
        let (_, settings) = chassis::service::settings_of::<DocumentsApi>(flags).unwrap();
        let clock = Arc::new(FixedClock::at(START));
        let setup = TestService::with(settings).clock(clock).random_ids();
        let service = setup.settings(|settings| settings.listen.port = port).start().await;
        Self { service, folder }
    }

    /// Stop it; what it had, for another one.
    pub fn stop(self) -> (Arc<TempDir>, u16) {
        let port = self.address.port();
        (Arc::clone(&self.folder), port)
    }

    /// Where the content with this checksum lies.
    pub fn content(&self, sha256: &str) -> PathBuf {
        self.folder.path().join("content/sha256").join(&sha256[..2]).join(&sha256[2..])
    }

    /// Make a user, and its id.
    pub async fn user(&self, login: &str) -> i64 {
        let user = json!({"login": login, "password": PASSWORD});
        self.post("/api/v1/users", &user).await.expect(201).json()["id"].as_i64().unwrap()
    }
}

/// Upload a new file, of this user or of nobody.
pub async fn add(client: &Client, owner: Option<i64>, name: &str, content: impl AsRef<[u8]>) -> Value {
    upload(client, Method::POST, "/api/v1/files", owner, name, content).await.expect(201).json()
}

/// Give a file other content.
pub async fn change(client: &Client, file: &Value, content: impl AsRef<[u8]>) -> Value {
    let name = file["name"].as_str().unwrap();
    upload(client, Method::PUT, &path(file), None, name, content).await.expect(200).json()
}

/// Give it another name.
pub async fn rename(client: &Client, file: &Value, name: &str) -> Value {
    client.put(&path(file), &json!({"name": name})).await.expect(200).json()
}

pub async fn delete(client: &Client, file: &Value) {
    client.delete(&path(file)).await.assert_status(204);
}

fn path(file: &Value) -> String {
    format!("/api/v1/files/{}", file["id"])
}

/// Send a form with one file.
pub async fn upload(
    client: &Client,
    method: Method,
    path: &str,
    owner: Option<i64>,
    name: &str,
    content: impl AsRef<[u8]>,
) -> Answer {
    send(with_form(client.request(method, path), form(owner, name, content.as_ref()))).await
}

/// A form with one file (RFC 7578).
pub fn form(owner: Option<i64>, name: &str, content: &[u8]) -> Vec<u8> {
    let mut form = Vec::new();
    if let Some(owner) = owner {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\n{owner}\r\n");
        form.extend(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    form.extend(head.as_bytes());
    form.extend(content);
    form.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
}

pub fn with_form(request: reqwest::RequestBuilder, form: Vec<u8>) -> reqwest::RequestBuilder {
    request.header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}")).body(form)
}
