//! The service with its storage and its mail server, and what most tests do with it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use chassis::auth::Role;
use chassis::clock::FixedClock;
use polystatus_communications::Communications;
use polystatus_communications::settings::Settings;
use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::client::Client;
use testbed::roles::Issuer;
use testbed::service::{START, TestService};
use testbed::storage::Storage;
use testbed::wait;

use crate::speaker::Speaker;

pub const SOON: Duration = Duration::from_secs(20);

/// The service, running in this process, with its storage. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<Communications>,
    issuer: Issuer,
    /// What speaks for the other services.
    pub others: Speaker,
    pub storage: Arc<Storage>,
    /// Where mails are written when there is no mail server.
    pub mails: Arc<TempDir>,
}

impl Deref for TestApp {
    type Target = TestService<Communications>;

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
    let (storage, clock) = (Arc::new(storage), Arc::new(FixedClock::at(START)));
    TestApp::start(storage, clock, Arc::new(tempfile::tempdir().unwrap()), change).await
}

impl TestApp {
    pub async fn start(
        storage: Arc<Storage>,
        clock: Arc<FixedClock>,
        mails: Arc<TempDir>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        // a way of their own, shared by nobody else in this process
        let bus = format!("in-process:{}", storage.url());
        let mut settings = Settings {
            public_url: "https://status.example.org".to_owned(),
            mail_folder: mails.path().to_owned(),
            roll_up_seconds: 0,
            ..Settings::default()
        };
        settings.store.store_url = Some(storage.url().parse().unwrap());
        settings.events.events_url = bus.parse().unwrap();
        change(&mut settings);
        let issuer = Issuer::default();
        let keys = issuer.url();
        let setup = TestService::with(settings).clock(clock).random_ids();
        let service = setup.settings(|settings| settings.auth_jwks_url = Some(keys)).start().await;
        let others = Speaker::on(&bus).await;
        Self { service, issuer, others, storage, mails }
    }

    /// Another instance on the same storage, with the same clock.
    pub async fn replica(&self, change: impl FnOnce(&mut Settings)) -> Self {
        Self::start(Arc::clone(&self.storage), Arc::clone(&self.clock), Arc::clone(&self.mails), change).await
    }

    /// Stop it, and keep what another one can go on with.
    pub fn taken_down(self) -> (Arc<Storage>, Arc<FixedClock>, Arc<TempDir>) {
        (Arc::clone(&self.storage), Arc::clone(&self.clock), Arc::clone(&self.mails))
    }

    /// This user, with this role.
    pub fn user(&self, id: &str, role: Role) -> Client {
        self.as_(self.issuer.token(id, role, START))
    }

    /// Tell the public something of an incident.
    pub async fn announce(&self, incident: &str, state: &str, message: &str) -> Value {
        let said = json!({"incident_id": incident, "message": message, "state": state});
        self.post("/api/v1/public/announce", &said).await.expect(201).json()
    }

    /// Look until what this path answers is as wanted.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait::until_async(path, SOON, async || Some(self.get(path).await.json()).filter(&wanted)).await
    }

    /// The mails that were written into the folder so far, each as a whole.
    pub fn written(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.mails.path()).unwrap();
        let files =
            files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "eml"));
        files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// Subscribe this address and confirm it, by what is written into the folder.
    pub async fn subscribe(&self, subscription: Value) -> String {
        let email = subscription["email"].as_str().unwrap().to_owned();
        self.stranger().post("/api/v1/subscriptions/email", &subscription).await.assert_status(201);
        let mail = wait::until_async("the confirmation", SOON, async || {
            self.written()
                .into_iter()
                .find(|mail| mail.contains(&format!("To: {email}")) && mail.contains("/confirm?token="))
        })
        .await;
        let token = token(&mail, "confirm");
        self.stranger().post("/api/v1/subscriptions/confirm", &json!({"token": token})).await.assert_status(200);
        token
    }

    /// Wait until every delivery has ended; their totals.
    pub async fn all_delivered(&self) -> Value {
        let over = |answer: &Value| {
            let totals = &answer["totals"];
            totals["complete"] == true && totals["queued"] == 0 && totals["sending"] == 0
        };
        self.until("/api/v1/deliveries", over).await["totals"].clone()
    }
}

/// What the link to this page holds, out of a mail. Lines of a mail are folded by `=` at their ends.
pub fn token(mail: &str, page: &str) -> String {
    let whole = mail.replace("=\r\n", "").replace("=3D", "=");
    let behind = whole.split(&format!("/subscribe/{page}?token=")).nth(1).unwrap_or_else(|| panic!("no link: {mail}"));
    behind.chars().take_while(char::is_ascii_alphanumeric).collect()
}
