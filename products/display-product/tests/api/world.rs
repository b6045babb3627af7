//! The three services, on a table of their own, each behind a network that fails on command.

use std::ops::Deref;

use add_product::AddProduct;
use chassis::ids::{Ids, RandomIds};
use display_product::DisplayProduct;
use display_product::settings::Settings;
use events::EventsSettings;
use products::StorageSettings;
use read_product::ReadProduct;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tempfile::TempDir;
use testbed::answer::Answer;
use testbed::chaos_proxy::ChaosProxy;
use testbed::client::send;
use testbed::service::{TOKEN, TestService};

/// Everything.
pub struct World {
    // in this order, in which they are dropped
    pub pages: TestService<DisplayProduct>,
    pub add: TestService<AddProduct>,
    pub add_network: ChaosProxy,
    pub read_network: ChaosProxy,
    _read: TestService<ReadProduct>,
    _folder: TempDir,
}

impl Deref for World {
    type Target = TestService<DisplayProduct>;

    fn deref(&self) -> &Self::Target {
        &self.pages
    }
}

/// Start them with an empty table.
pub async fn start() -> World {
    start_with(|_| {}).await
}

/// Start them, with other settings of the pages.
pub async fn start_with(change: impl FnOnce(&mut Settings)) -> World {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("products.db").display());
    let storage = StorageSettings { database_url: url.parse().unwrap() };
    let bus = format!("in-process:{}", RandomIds.secret());
    let events = EventsSettings { events_url: bus.parse().unwrap() };
    let read = read_product::settings::Settings { storage: storage.clone(), events: events.clone(), reread_seconds: 1 };
    let read = TestService::<ReadProduct>::start(read).await;
    let add = TestService::with(add_product::settings::Settings { storage, events }).random_ids().start().await;
    let (add_network, read_network) =
        (ChaosProxy::start(add.address).unwrap(), ChaosProxy::start(read.address).unwrap());
    let mut settings = Settings {
        read_url: format!("http://{}", read_network.address()),
        add_url: format!("http://{}", add_network.address()),
        forms_per_minute: 1000,
        ..Settings::default()
    };
    change(&mut settings);
    let pages = TestService::with(settings).random_ids().start().await;
    World { pages, add, add_network, read_network, _read: read, _folder: folder }
}

impl World {
    /// A request of a browser, in English.
    pub fn browser(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.pages.stranger().request(method, path);
        request.header("accept", "text/html,*/*").header("accept-language", "en")
    }

    /// A page, as a browser gets it.
    pub async fn page(&self, path: &str) -> Answer {
        send(self.browser(Method::GET, path)).await
    }

    /// Add a product through the API, and see that the list has it.
    pub async fn add(&self, name: &str, description: &str, price: &str) {
        let product = json!({"name": name, "description": description, "price": price});
        let made = self.add.post("/api/v1/products", &product).await.expect(201).json();
        self.page(&format!("/products/{}", made["id"])).await.assert_status(200);
    }

    /// Send the form, with a token that is taken.
    pub async fn fill(&self, fields: &[(&str, &str)]) -> Answer {
        self.send_form(&[fields, &[("token", TOKEN)]].concat()).await
    }

    /// Send these fields and no others.
    pub async fn send_form(&self, fields: &[(&str, &str)]) -> Answer {
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = self.browser(Method::POST, "/products/new").header("sec-fetch-site", "same-origin");
        send(form.header("content-type", "application/x-www-form-urlencoded").body(fields)).await
    }
}
