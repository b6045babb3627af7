//! The service with its peers, and what most tests do with it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use chassis::clock::FixedClock;
use polystatus_frontend::Frontend;
use polystatus_frontend::settings::Settings;
use reqwest::{Method, RequestBuilder};
use testbed::answer::Answer;
use testbed::client::send;
use testbed::service::{START, TestService};
use testbed::storage::Storage;
use testbed::wait;

use crate::peers::Peers;

pub const SOON: Duration = Duration::from_secs(30);

/// The service, running in this process. It is stopped when this is dropped.
pub struct TestApp {
    // in this order, in which they are dropped
    service: TestService<Frontend>,
    storage: Option<Storage>,
}

impl Deref for TestApp {
    type Target = TestService<Frontend>;

    fn deref(&self) -> &Self::Target {
        &self.service
    }
}

/// Start it on this storage, with these peers.
pub async fn start(storage: &Storage, peers: &Peers, change: impl FnOnce(&mut Settings)) -> TestApp {
    let url = peers.url();
    let mut settings = Settings {
        communications_url: url.clone(),
        incidents_url: url.clone(),
        csp_url: url.clone(),
        inventory_url: url,
        ask_seconds: 1,
        public_url: "https://status.example.org".to_owned(),
        ..Settings::default()
    };
    settings.store.store_url = Some(storage.url().parse().unwrap());
    change(&mut settings);
    let clock = Arc::new(FixedClock::at(START));
    TestApp { service: TestService::with(settings).clock(clock).random_ids().start().await, storage: None }
}

/// Start it, and wait until it has heard from everybody.
pub async fn spawn_app(peers: &Peers) -> TestApp {
    spawn_with(peers, |_| {}).await
}

/// As [`spawn_app`], with other settings.
pub async fn spawn_with(peers: &Peers, change: impl FnOnce(&mut Settings)) -> TestApp {
    let storage = Storage::sqlite();
    let app = start(&storage, peers, change).await;
    let app = TestApp { storage: Some(storage), ..app };
    app.until("/about", |page| page.matches("Answers now").count() == 4).await;
    app
}

impl TestApp {
    /// A request of a browser, in English.
    pub fn browser(&self, method: Method, path: &str) -> RequestBuilder {
        self.browser_in("en", method, path)
    }

    /// A request of a browser that wants this language.
    pub fn browser_in(&self, lang: &str, method: Method, path: &str) -> RequestBuilder {
        let request = self.stranger().request(method, path);
        request.header("accept", "text/html,*/*").header("accept-language", lang)
    }

    /// Take its storage away.
    pub fn lose_storage(&mut self) {
        self.storage = None;
    }

    /// A page, as a browser gets it.
    pub async fn page(&self, path: &str) -> Answer {
        send(self.browser(Method::GET, path)).await
    }

    /// Look until a page is as wanted.
    pub async fn until(&self, path: &str, wanted: impl Fn(&str) -> bool) -> String {
        wait::until_async(path, SOON, async || Some(self.page(path).await.body).filter(|page| wanted(page))).await
    }

    /// Send a form, as a browser does.
    pub async fn form(&self, path: &str, body: &'static str) -> Answer {
        let request = self.browser(Method::POST, path).header("sec-fetch-site", "same-origin");
        send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
    }
}
