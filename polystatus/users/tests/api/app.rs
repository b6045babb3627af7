//! The service, with its storage and a mailbox, and people who have accounts.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chassis::clock::FixedClock;
use events::{EventsSettings, EventsUrl};
use polystatus_users::Users;
use polystatus_users::settings::{EmailVerification, Settings};
use serde_json::{Value, json};
use store::StoreSettings;
use testbed::answer::Answer;
use testbed::client::Client;
use testbed::service::{START, TestService};

use crate::mailbox::Mailbox;
use testbed::storage::Storage;

/// A password that nobody tries first.
pub const PASSWORD: &str = "correct horse battery staple";

/// The first admin.
pub const ADMIN: &str = "admin@example.org";

static BUSES: AtomicU32 = AtomicU32::new(0);

/// An answer of which the status is all that matters.
pub trait Is {
    fn is(self, status: u16);
}

impl Is for Answer {
    #[track_caller]
    fn is(self, status: u16) {
        assert_eq!(self.status, status, "{self}");
    }
}

/// The service, running in this process. It is stopped when this is dropped.
pub struct App {
    // in this order, in which they are dropped
    service: TestService<Users>,
    pub mailbox: Mailbox,
    pub storage: Arc<Storage>,
    pub events: EventsUrl,
}

impl Deref for App {
    type Target = TestService<Users>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// Somebody who is logged in.
pub struct Person {
    pub id: String,
    pub token: String,
    pub refresh_token: String,
    pub client: Client,
}

/// Settings with limits that a test does not meet by chance.
pub fn settings(store: &str, events: &EventsUrl) -> Settings {
    Settings {
        store: StoreSettings { store_url: Some(store.parse().unwrap()) },
        events: EventsSettings { events_url: events.clone() },
        admin_email: ADMIN.parse().unwrap(),
        admin_password: Some(PASSWORD.to_owned().into()),
        key_secret: Some("a secret for tests, of 32 characters and more".to_owned().into()),
        email_verification: EmailVerification::Required,
        trusted_proxies: "127.0.0.1".parse().unwrap(),
        attempts_per_minute: 10_000,
        print_mails: false,
    }
}

impl App {
    pub async fn on(storage: Storage) -> Self {
        Self::with(storage, |_| ()).await
    }

    /// With other settings.
    pub async fn with(storage: Storage, change: impl FnOnce(&mut Settings)) -> Self {
        let bus = BUSES.fetch_add(1, Ordering::Relaxed);
        let events: EventsUrl = format!("in-process:test-{bus}").parse().unwrap();
        let clock = Arc::new(FixedClock::at(START));
        Self::start(Arc::new(storage), events, clock, change).await
    }

    /// Another instance on the same storage, with the same clock.
    pub async fn replica(&self) -> Self {
        Self::start(Arc::clone(&self.storage), self.events.clone(), Arc::clone(&self.clock), |_| ()).await
    }

    async fn start(
        storage: Arc<Storage>,
        events: EventsUrl,
        clock: Arc<FixedClock>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mailbox = Mailbox::on(&events);
        let mut settings = settings(&storage.url(), &events);
        change(&mut settings);
        // replicas meet in one storage: their ids must differ
        let service = TestService::with(settings).clock(clock).random_ids().start().await;
        Self { service, mailbox, storage, events }
    }

    pub async fn login(&self, email: &str, password: &str) -> Answer {
        self.log_in(&json!({"email": email, "password": password})).await
    }

    pub async fn log_in(&self, body: &Value) -> Answer {
        self.stranger().post("/api/v1/auth/login", body).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.stranger().post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await
    }

    /// Log in as somebody who is there.
    pub async fn enter(&self, email: &str) -> Person {
        let tokens = self.login(email, PASSWORD).await.expect(200).json();
        let text = |field: &str| tokens[field].as_str().unwrap().to_owned();
        let token = text("token");
        let client = self.as_(token.clone());
        Person { id: text("user_id"), token, refresh_token: text("refresh_token"), client }
    }

    /// An account with this role, made with the API token; its name is the role's and the address too.
    pub async fn make(&self, role: &str) -> String {
        let email = format!("{role}@example.org");
        let body = json!({"name": role, "email": email, "role": role, "password": PASSWORD});
        let made = self.post("/api/v1/users", &body).await.expect(201).json();
        assert_eq!(made["role"], role);
        email
    }

    /// Somebody with this role, who is logged in.
    pub async fn person(&self, role: &str) -> Person {
        let email = self.make(role).await;
        self.enter(&email).await
    }

    /// An account that waits for its owner's password: it costs no hash. Its id.
    pub async fn invite(&self, email: &str) -> String {
        let body = json!({"name": "Invited", "email": email});
        let made = self.post("/api/v1/users", &body).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    }
}
