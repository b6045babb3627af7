//! The page and the services behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chassis::clock::FixedClock;
use events::{EventsSettings, EventsUrl};
use polystatus_communications::Communications;
use polystatus_flags::Flags;
use polystatus_frontend::Frontend;
use polystatus_incidents::Incidents;
use polystatus_users::Users;
use polystatus_users::settings::EmailVerification;
use serde_json::json;
use store::StoreSettings;
use testbed::service::{START, TestService};
use testbed::storage::Storage;

use crate::browser::Browser;

/// A password that nobody tries first.
pub const PASSWORD: &str = "correct horse battery staple";

static BUSES: AtomicU32 = AtomicU32::new(0);

/// All of it. Each is stopped when this is dropped.
pub struct World {
    // in this order, in which they are dropped
    pub frontend: TestService<Frontend>,
    settings: polystatus_frontend::settings::Settings,
    pub communications: TestService<Communications>,
    pub flags: TestService<Flags>,
    pub incidents: TestService<Incidents>,
    /// None once it has died.
    pub users: Option<TestService<Users>>,
    pub storage: Arc<Storage>,
    pub clock: Arc<FixedClock>,
    pub events: EventsUrl,
}

fn memory() -> StoreSettings {
    StoreSettings { store_url: Some("memory:".parse().unwrap()) }
}

impl World {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut polystatus_frontend::settings::Settings)) -> Self {
        Self::of(false, change).await
    }

    /// One in which nobody changes a flag alone.
    pub async fn of_four_eyes() -> Self {
        Self::of(true, |_| {}).await
    }

    async fn of(require_approval: bool, change: impl FnOnce(&mut polystatus_frontend::settings::Settings)) -> Self {
        let bus = BUSES.fetch_add(1, Ordering::Relaxed);
        let events: EventsUrl = format!("in-process:inside-{bus}").parse().unwrap();
        let on_bus = || EventsSettings { events_url: events.clone() };
        let clock = Arc::new(FixedClock::at(START));
        let settings = polystatus_users::settings::Settings {
            store: memory(),
            events: on_bus(),
            admin_email: "root@example.org".parse().unwrap(),
            admin_password: Some(PASSWORD.to_owned().into()),
            key_secret: None,
            email_verification: EmailVerification::Required,
            trusted_proxies: "127.0.0.1".parse().unwrap(),
            attempts_per_minute: 10_000,
            print_mails: false,
        };
        let users = TestService::<Users>::with(settings).clock(Arc::clone(&clock)).random_ids().start().await;
        let keys: chassis::auth::JwksUrl = users.url("/.well-known/jwks.json").parse().unwrap();
        let settings = polystatus_incidents::settings::Settings {
            store: memory(),
            events: on_bus(),
            users_url: Some(users.url("")),
            users_token: Some(testbed::service::TOKEN.to_owned().into()),
            ..Default::default()
        };
        let incidents = TestService::<Incidents>::with(settings).clock(Arc::clone(&clock)).random_ids();
        let incidents = incidents.settings(|settings| settings.auth_jwks_url = Some(keys.clone())).start().await;
        let settings = polystatus_communications::settings::Settings {
            store: memory(),
            events: on_bus(),
            incidents_url: Some(incidents.url("")),
            mail_folder: std::env::temp_dir().join(format!("inside-{}-{bus}", std::process::id())),
            ..Default::default()
        };
        let communications = TestService::<Communications>::with(settings).clock(Arc::clone(&clock)).random_ids();
        let communications =
            communications.settings(|settings| settings.auth_jwks_url = Some(keys.clone())).start().await;
        let settings = polystatus_flags::settings::Settings {
            store: memory(),
            events: on_bus(),
            require_approval,
            ..Default::default()
        };
        let flags = TestService::<Flags>::with(settings).clock(Arc::clone(&clock)).random_ids();
        let flags = flags.settings(|settings| settings.auth_jwks_url = Some(keys)).start().await;
        let storage = Arc::new(Storage::sqlite());
        let mut settings = polystatus_frontend::settings::Settings {
            store: StoreSettings { store_url: Some(storage.url().parse().unwrap()) },
            users_url: users.url(""),
            incidents_url: incidents.url(""),
            communications_url: communications.url(""),
            // nobody is there
            csp_url: "http://127.0.0.1:9".to_owned(),
            inventory_url: "http://127.0.0.1:9".to_owned(),
            flags_url: flags.url(""),
            ask_seconds: 1,
            public_url: "https://status.example.org".to_owned(),
            forms_per_hour: 1000,
            trusted_proxies: "127.0.0.1".parse().unwrap(),
            ..Default::default()
        };
        change(&mut settings);
        let setup = TestService::<Frontend>::with(settings.clone()).clock(Arc::clone(&clock)).random_ids();
        let frontend = setup.start().await;
        Self { settings, frontend, communications, flags, incidents, users: Some(users), storage, clock, events }
    }

    /// Another instance of the page on the same storage.
    pub async fn replica(&self) -> TestService<Frontend> {
        let setup = TestService::with(self.settings.clone()).clock(Arc::clone(&self.clock)).random_ids();
        setup.start().await
    }

    /// Every byte that the page has written.
    pub fn kept(&self) -> Vec<u8> {
        let url = self.storage.url();
        let file = std::path::Path::new(url.strip_prefix("sqlite:").unwrap());
        let files = std::fs::read_dir(file.parent().unwrap()).unwrap();
        let kept: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default()).collect();
        assert!(!kept.is_empty());
        kept
    }

    pub fn users(&self) -> &TestService<Users> {
        self.users.as_ref().unwrap()
    }

    /// A browser of somebody who is not signed in.
    pub fn browser(&self) -> Browser {
        Browser::of(self.frontend.stranger())
    }

    /// An account with this role, whose address has the role's name.
    pub async fn account(&self, role: &str) -> String {
        let email = format!("{role}@example.org");
        let body = json!({"name": format!("A {role}"), "email": email, "role": role, "password": PASSWORD});
        self.users().post("/api/v1/users", &body).await.assert_status(201);
        email
    }

    /// A browser of somebody with this role, who is signed in.
    pub async fn signed_in(&self, role: &str) -> Browser {
        let email = self.account(role).await;
        let browser = self.browser();
        browser.sign_in(&email).await;
        browser
    }
}
