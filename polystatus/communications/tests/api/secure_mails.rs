//! Mails to a server that is spoken to within TLS and wants a login, as those of mail providers are.
//!
//! The service runs as a process of its own: which authorities are trusted is a variable of the whole process.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::certificate::Certificate;
use testbed::client::Client;
use testbed::process::{Program, Running};
use testbed::service::TOKEN;
use testbed::smtp::{MailServer, PASSWORD, Tls, USER};
use testbed::wait;

use crate::app::SOON;

const TO: &str = "zoe@example.org";

/// The service, and the folder that it comes back to.
struct Service {
    folder: TempDir,
    running: Option<Running>,
}

impl Service {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), running: None }
    }

    /// Start it, or start it again with other settings.
    fn start(&mut self, url: &str, authority: PathBuf) -> Client {
        self.running = None;
        let program = Program::new(env!("CARGO_BIN_EXE_polystatus-communications"))
            .env("STORE_URL", format!("sqlite:{}", self.folder.path().join("store.db").display()))
            .env("API_TOKEN", TOKEN)
            .env("LOG_LEVEL", "warn")
            .env("SMTP_URL", url)
            .env("SSL_CERT_FILE", authority);
        let running = program.start();
        let client = Client::of(running.address()).as_(TOKEN);
        self.running = Some(running);
        client
    }
}

fn url(server: &MailServer, tls: Tls, password: &str) -> String {
    let login = |text: &str| text.replace('%', "%25").replace('@', "%40").replace('/', "%2F");
    let (user, password, port) = (login(USER), login(password), server.address().port());
    match tls {
        Tls::Start => format!("smtp://{user}:{password}@localhost:{port}?tls=required"),
        Tls::Wrapped => format!("smtps://{user}:{password}@localhost:{port}"),
    }
}

async fn subscribe(client: &Client) {
    client.stranger().post("/api/v1/subscriptions/email", &json!({"email": TO})).await.assert_status(201);
}

/// The one delivery, once it is as wanted.
async fn delivery(client: &Client, wanted: impl Fn(&Value) -> bool) -> Value {
    wait::until_async("the delivery", SOON, async || {
        let row = client.get("/api/v1/deliveries").await.list("deliveries").into_iter().next()?;
        wanted(&row).then_some(row)
    })
    .await
}

/// Wait until an attempt has failed; what it was told. The mail waits, and the attempt does not count.
async fn refused(client: &Client) -> String {
    let row = delivery(client, |row| row["state"] == "queued" && !row["last_error"].is_null()).await;
    assert_eq!(row["attempts"], 0, "{row}");
    row["last_error"].as_str().unwrap().to_owned()
}

async fn arrives(server: &MailServer) {
    let mail = server.to(TO, 1).await.remove(0);
    assert!(mail.within_tls && mail.logged_in, "{mail:?}");
    assert!(mail.text.contains("/subscribe/confirm?token="), "{mail:?}");
}

async fn it_is_sent_within_tls_after_a_login(tls: Tls) {
    let (server, mut service) = (MailServer::start_secure(tls), Service::new());
    let authority = server.certificate().unwrap().authority();
    let client = service.start(&url(&server, tls, "not the password"), authority.clone());
    subscribe(&client).await;
    let why = refused(&client).await;
    assert!(why.starts_with("it does not accept the login of SMTP_URL: ") && why.contains("535"), "{why}");
    assert!(!why.contains("not the password"), "{why}");
    // as soon as the settings are right, it leaves
    let client = service.start(&url(&server, tls, PASSWORD), authority);
    arrives(&server).await;
    delivery(&client, |row| row["state"] == "sent").await;
}

async fn nothing_is_said_to_a_server_that_cannot_show_who_it_is(tls: Tls) {
    let (server, mut service) = (MailServer::start_secure(tls), Service::new());
    let other = Certificate::of_localhost();
    let client = service.start(&url(&server, tls, PASSWORD), other.authority());
    subscribe(&client).await;
    let why = refused(&client).await;
    assert!(why.starts_with("its certificate is not trusted (") && why.contains("SSL_CERT_FILE"), "{why}");
    assert_eq!(server.count(), 0);
    service.start(&url(&server, tls, PASSWORD), server.certificate().unwrap().authority());
    arrives(&server).await;
}

#[tokio::test]
async fn starttls_with_a_login() {
    it_is_sent_within_tls_after_a_login(Tls::Start).await;
}

#[tokio::test]
async fn implicit_tls_with_a_login() {
    it_is_sent_within_tls_after_a_login(Tls::Wrapped).await;
}

#[tokio::test]
async fn starttls_with_a_certificate_that_nobody_trusts() {
    nothing_is_said_to_a_server_that_cannot_show_who_it_is(Tls::Start).await;
}

#[tokio::test]
async fn implicit_tls_with_a_certificate_that_nobody_trusts() {
    nothing_is_said_to_a_server_that_cannot_show_who_it_is(Tls::Wrapped).await;
}

#[tokio::test]
async fn where_tls_is_demanded_a_server_without_it_gets_neither_a_login_nor_a_mail() {
    let (server, mut service) = (MailServer::start(), Service::new());
    let authority = Certificate::of_localhost();
    let client = service.start(&url(&server, Tls::Start, PASSWORD), authority.authority());
    subscribe(&client).await;
    let why = refused(&client).await;
    assert!(why.starts_with("it does not take mails from us: ") && why.contains("STARTTLS"), "{why}");
    assert_eq!(server.count(), 0);
}
