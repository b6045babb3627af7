//! The server that every service stands on, with a service of a few lines: what it does when a handler panics, when
//! the service cannot be opened, when a part is missing, and at the end.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

use std::convert::Infallible;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use bytes::Bytes;
use chassis::probes::Readiness;
use chassis::service::{Foundation, StartError, settings_of};
use chassis::settings::{Listen, Settings};
use chassis::{ApiError, Service};
use reqwest::Response;
use testbed::wait;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use utoipa_actix_web::service_config::ServiceConfig;

const SOON: Duration = Duration::from_secs(10);

/// What the test and the service share.
#[derive(Debug, Default, Clone, clap::Args)]
struct Shared {
    #[arg(skip)]
    cannot_open: bool,
    #[arg(skip)]
    not_ready: bool,
    #[arg(skip)]
    begun: Arc<Notify>,
    #[arg(skip)]
    go_on: Arc<Notify>,
    #[arg(skip)]
    closed: Arc<AtomicBool>,
}

struct Tiny(Shared);

impl Service for Tiny {
    const NAME: &'static str = "tiny";
    const VERSION: &'static str = "0.0.0";
    const ABOUT: &'static str = "A service for tests";
    const PORT: u16 = 1;
    const UNREAD: Option<Duration> = Some(Duration::from_millis(500));
    type Settings = Shared;

    async fn open(shared: Shared, _: &Foundation) -> Result<Self, StartError> {
        if shared.cannot_open { Err("the shop is shut".into()) } else { Ok(Self(shared)) }
    }

    async fn migrate(_: Shared) -> Result<String, StartError> {
        Ok("nothing to do".to_owned())
    }

    fn document() -> utoipa::openapi::OpenApi {
        utoipa::openapi::OpenApi::default()
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        config.route("/panic", web::get().to(panic_at_once));
        config.route("/late-panic", web::get().to(panic_later));
        config.route("/internal", web::get().to(internal));
        config.route("/slow", web::get().to(slow));
        config.route("/endless", web::get().to(endless));
    }

    async fn readiness(&self) -> Readiness {
        let broker = if self.0.not_ready { Err("10.1.2.3 refused the password hunter2") } else { Ok(()) };
        Readiness::default().with("broker", broker).with("storage", Ok::<_, String>(()))
    }

    async fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }
}

async fn panic_at_once() -> &'static str {
    panic!("a secret of ours")
}

async fn panic_later() -> &'static str {
    tokio::task::yield_now().await;
    panic!("a secret of ours")
}

async fn internal() -> Result<&'static str, ApiError> {
    Err(ApiError::internal(&std::io::Error::other("SELECT a secret of ours")))
}

async fn slow(tiny: web::Data<Tiny>) -> &'static str {
    tiny.0.begun.notify_one();
    tiny.0.go_on.notified().await;
    "done"
}

/// Told when the connection for which it was made is gone.
struct Kept(Arc<Notify>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// A piece of what never ends.
static ZEROS: [u8; 65_536] = [0; 65_536];

async fn endless(tiny: web::Data<Tiny>) -> HttpResponse {
    let kept = Kept(Arc::clone(&tiny.0.go_on));
    let zeros = std::iter::repeat_with(move || {
        let _ = &kept;
        Ok::<_, Infallible>(Bytes::from_static(&ZEROS))
    });
    HttpResponse::Ok().streaming(futures_util::stream::iter(zeros))
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), String>>,
}

fn start(shared: Shared) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let settings = Settings {
        listen: Listen { host: address.ip(), port: address.port() },
        // one: a panic that ended it would leave nobody to answer
        workers: Some(1),
        api_token: Some("token".to_owned().into()),
        auth_jwks_url: None,
        cors_origins: Vec::new(),
        drain_seconds: 10,
        telemetry: chassis::telemetry::TelemetrySettings::default(),
    };
    let server = tokio::task::spawn_blocking(move || {
        let shutdown = async move { drop(stopped.await) };
        let serve = chassis::server::serve::<Tiny>(settings, shared, Foundation::default(), listener, shutdown);
        actix_web::rt::System::new().block_on(serve).map_err(|error| error.to_string())
    });
    Running { address, stop, server }
}

async fn get(address: SocketAddr, path: &str) -> Response {
    // a second test of this process may have installed it
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    client.get(format!("http://{address}{path}")).send().await.unwrap()
}

impl Running {
    async fn get(&self, path: &str) -> Response {
        get(self.address, path).await
    }

    async fn stop(self) {
        drop(self.stop);
        assert_eq!(self.server.await.unwrap(), Ok(()));
    }
}

#[tokio::test]
async fn a_panic_is_answered_in_the_shape_of_errors_and_hurts_nobody_else() {
    let running = start(Shared::default());
    for path in ["/panic", "/late-panic", "/internal", "/panic"] {
        let answer = running.get(path).await;
        assert_eq!(answer.status(), 500, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/json", "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers()["x-request-id"].len(), 16, "{path}");
        assert_eq!(answer.text().await.unwrap(), r#"{"error":"Something went wrong on our side"}"#, "{path}");
        assert_eq!(running.get("/livez").await.status(), 200);
    }
    let metrics = running.get("/metrics").await.text().await.unwrap();
    // a panic takes the request with it, and its route
    for counted in [r#"route="unknown",status="500"} 3"#, r#"route="/internal",status="500"} 1"#] {
        assert!(metrics.contains(counted), "{counted} in\n{metrics}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_service_that_cannot_be_opened_stops_the_start_and_says_why() {
    let running = start(Shared { cannot_open: true, ..Shared::default() });
    assert_eq!(running.server.await.unwrap(), Err("the shop is shut".to_owned()));
}

#[tokio::test]
async fn a_part_that_is_missing_is_named_without_its_secrets() {
    let running = start(Shared { not_ready: true, ..Shared::default() });
    let answer = running.get("/readyz").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"1".parse().unwrap()));
    let body = answer.text().await.unwrap();
    assert_eq!(body, r#"{"error":"Not ready: broker","details":[{"field":"broker","message":"cannot be reached"}]}"#);
    assert_eq!(running.get("/livez").await.status(), 200);
    running.stop().await;
}

#[tokio::test]
async fn requests_under_way_are_answered_before_the_service_is_closed() {
    let shared = Shared::default();
    let Running { address, stop, server } = start(shared.clone());
    let (answer, ended) = tokio::join!(get(address, "/slow"), async {
        shared.begun.notified().await;
        drop(stop);
        let refused = async || TcpStream::connect(address).is_err().then_some(());
        wait::until_async("new connections to be refused", SOON, refused).await;
        assert!(!shared.closed.load(Ordering::SeqCst), "closed under the feet of a request");
        shared.go_on.notify_one();
        server.await.unwrap()
    });
    assert_eq!(answer.text().await.unwrap(), "done");
    assert_eq!(ended, Ok(()));
    assert!(shared.closed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn who_leaves_unread_what_it_was_sent_is_not_kept() {
    let shared = Shared::default();
    let running = start(shared.clone());
    let mut client = TcpStream::connect(running.address).unwrap();
    client.write_all(b"GET /endless HTTP/1.1\r\nHost: tiny\r\n\r\n").unwrap();
    // the client's system answers all along that there is no room
    tokio::time::timeout(SOON, shared.go_on.notified()).await.unwrap();
    assert_eq!(running.get("/livez").await.status(), 200);
    drop(client);
    running.stop().await;
}

#[tokio::test]
async fn no_page_of_another_origin_may_call_unless_it_is_allowed() {
    let running = start(Shared::default());
    let answer = running.get("/livez").await;
    assert!(answer.headers().get("access-control-allow-origin").is_none());
    running.stop().await;
}

#[test]
fn another_program_reads_a_service_s_settings_as_the_service_does() {
    let read = |flags: &[&str]| settings_of::<Tiny>(flags.iter().copied());
    let (settings, _) = read(&["--drain-seconds=7", "--workers=3"]).unwrap();
    assert_eq!((settings.drain_seconds, settings.workers, settings.listen.port), (7, Some(3), Tiny::PORT));
    let refused = read(&["--port=abc"]).unwrap_err().to_string();
    assert_eq!(refused, "--port (PORT) must be a number from 0 to 65535, not `abc`");
    assert!(read(&["--no-such-flag"]).unwrap_err().to_string().contains("--no-such-flag"));
}
