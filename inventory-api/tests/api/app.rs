//! The real server, on a port of its own and with a database of its own, and a client that speaks to it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use chassis::clock::FixedClock;
use chassis::ids::CountingIds;
use chassis::service::{Foundation, StartError};
use chassis::settings::{Listen, Settings};
use inventory_api::InventoryApi;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::answer::Answer;
use crate::storage::Storage;

/// The bearer token that may write.
pub const TOKEN: &str = "the-token-of-the-tests";

/// What the clock says at the start: times in snapshots are then the same in every run.
pub const START: i64 = 1_700_000_000;

/// How long a client waits for an answer: longer than the service ever takes, see `storage::PATIENCE`.
const CLIENT_PATIENCE: Duration = Duration::from_secs(30);

/// The service, running in this process. It is stopped when this is dropped.
pub struct TestApp {
    pub address: SocketAddr,
    pub clock: Arc<FixedClock>,
    pub storage: Arc<Storage>,
    pub client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), StartError>>>,
}

/// Start the service on this database, and wait until it answers.
pub async fn spawn_app(storage: Storage) -> TestApp {
    let url = storage.url();
    TestApp::start(Arc::new(storage), url).await
}

impl TestApp {
    /// Another instance on the same database, with the same clock.
    pub async fn replica(&self) -> Self {
        let clock = Arc::clone(&self.clock);
        Self::with_clock(Arc::clone(&self.storage), self.storage.url(), clock).await
    }

    /// Start the service on `url`, which leads to this storage, perhaps through a proxy.
    pub async fn start(storage: Arc<Storage>, url: String) -> Self {
        Self::with_clock(storage, url, Arc::new(FixedClock::at(START))).await
    }

    async fn with_clock(storage: Arc<Storage>, url: String, clock: Arc<FixedClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let foundation =
            Foundation { clock: clock.clone(), ids: Arc::new(CountingIds::default()), ..Foundation::default() };
        let service = inventory_api::settings::Settings { database_url: url.parse().unwrap() };
        let (stop, stopped) = oneshot::channel::<()>();
        let settings = settings(address);
        // a thread and a runtime of its own: a test that is busy does not hold it up, and it ends with its handle
        let server = std::thread::spawn(move || {
            let shutdown = async move { drop(stopped.await) };
            let serve = chassis::server::serve::<InventoryApi>(settings, service, foundation, listener, shutdown);
            actix_web::rt::System::new().block_on(serve)
        });
        let (stop, server) = (Some(stop), Some(server));
        let mut app = Self { address, clock, storage, client: client(), stop, server };
        app.wait_until_it_answers().await;
        app
    }

    async fn wait_until_it_answers(&mut self) {
        // the listener is there already: the first answer comes as soon as the service is open, or never
        if self.client.get(self.url("/livez")).send().await.is_err()
            && let Some(server) = self.server.take()
        {
            panic!("it does not answer: {:?}", server.join());
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request with the token, to be completed and given to [`send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path)).bearer_auth(TOKEN)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.client.get(self.url(path))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Import a file of this media type; `path` may have parameters.
    pub async fn import(&self, path: &str, media_type: &str, text: impl Into<reqwest::Body>) -> Answer {
        send(self.request(Method::POST, path).header("Content-Type", media_type).body(text)).await
    }

    /// Add a server that must be accepted.
    pub async fn add(&self, server: Value) -> Value {
        let answer = self.post("/api/v1/servers", &server).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.json()
    }

    /// Every server, as the list shows them, on all pages.
    pub async fn servers(&self) -> Vec<Value> {
        let mut servers = Vec::new();
        let mut next = Some("/api/v1/servers?limit=500".to_owned());
        while let Some(path) = next {
            let page = self.get(&path).await;
            servers.extend(page.servers());
            next = page.next();
        }
        servers
    }

    /// The host names of every server, sorted.
    pub async fn hostnames(&self) -> Vec<String> {
        let mut names: Vec<_> = self.servers().await.iter().map(|server| text_of(server, "hostname")).collect();
        names.sort();
        names
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.stop.take());
        // before its database is dropped: otherwise it would complain of that
        if let Some(server) = self.server.take() {
            let ended = server.join();
            assert!(std::thread::panicking() || matches!(ended, Ok(Ok(()))), "it did not end well: {ended:?}");
        }
    }
}

/// Send a request and read the whole answer.
pub async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

pub fn client() -> reqwest::Client {
    // a second test of this process may have installed it
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().tls_certs_only([]).timeout(CLIENT_PATIENCE).build().unwrap()
}

/// A server's JSON, as a client sends it.
pub fn server(hostname: &str, ip: &str, status: &str) -> Value {
    json!({"hostname": hostname, "ip": ip, "status": status})
}

/// A text field of a JSON object.
pub fn text_of(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {object}")).to_owned()
}

fn settings(address: SocketAddr) -> Settings {
    Settings {
        listen: Listen { host: address.ip(), port: address.port() },
        workers: Some(2),
        api_token: Some(TOKEN.to_owned().into()),
        auth_jwks_url: None,
        cors_origins: vec!["https://status.example.org".to_owned()],
        drain_seconds: 5,
        telemetry: chassis::telemetry::TelemetrySettings::default(),
    }
}
