//! The real service, in the test's own process, on a port of its own.

use std::marker::PhantomData;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::Arc;
use std::thread::JoinHandle;

use chassis::Service;
use chassis::clock::FixedClock;
use chassis::ids::{CountingIds, RandomIds, SharedIds};
use chassis::service::{Foundation, StartError};
use chassis::settings::{Listen, Settings};
use chassis::telemetry::TelemetrySettings;
use tokio::sync::oneshot;

use crate::client::Client;

/// The `API_TOKEN` of every service here: it may do everything.
pub const TOKEN: &str = "the-token-of-the-tests";

/// What the clock says at the start: times in snapshots are then the same in every run.
pub const START: i64 = 1_700_000_000;

/// A service that runs. It is stopped, and asked whether it ended well, when this is dropped.
///
/// It is also a [`Client`], with [`TOKEN`]: `service.get(…)`, `service.as_(token).post(…)`, `service.stranger().get(…)`.
#[derive(Debug)]
pub struct TestService<S> {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock, which stands still until the test moves it.
    pub clock: Arc<FixedClock>,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), StartError>>>,
    service: PhantomData<fn() -> S>,
}

/// How a service is to be started.
pub struct Setup<S: Service> {
    service: S::Settings,
    settings: Settings,
    clock: Arc<FixedClock>,
    ids: SharedIds,
}

impl<S: Service> TestService<S> {
    /// Start the service with these settings of its own, and wait until it answers.
    ///
    /// # Panics
    /// When it does not start: the message says why.
    pub async fn start(settings: S::Settings) -> Self {
        Self::with(settings).start().await
    }

    /// As [`start`](Self::start), with more to be said before.
    pub fn with(settings: S::Settings) -> Setup<S> {
        let settings_of_all = Settings {
            listen: Listen { host: [127, 0, 0, 1].into(), port: 0 },
            workers: Some(2),
            api_token: Some(TOKEN.to_owned().into()),
            auth_jwks_url: None,
            cors_origins: Vec::new(),
            drain_seconds: 5,
            telemetry: TelemetrySettings::default(),
        };
        let clock = Arc::new(FixedClock::at(START));
        Setup { service: settings, settings: settings_of_all, clock, ids: Arc::new(CountingIds::default()) }
    }
}

impl<S: Service> Setup<S> {
    /// With this clock, which several services can share.
    #[must_use]
    pub fn clock(self, clock: Arc<FixedClock>) -> Self {
        Self { clock, ..self }
    }

    /// With ids that nobody else has: for services that meet, where 1, 2, 3 would be given out twice.
    #[must_use]
    pub fn random_ids(self) -> Self {
        Self { ids: Arc::new(RandomIds), ..self }
    }

    /// With other settings of those that every service has.
    #[must_use]
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Start it, and wait until it answers.
    ///
    /// # Panics
    /// When it does not start: the message says why.
    pub async fn start(self) -> TestService<S> {
        let listener = TcpListener::bind((self.settings.listen.host, self.settings.listen.port));
        let listener = listener.unwrap_or_else(|error| panic!("no port for {}: {error}", S::NAME));
        let address = listener.local_addr().expect("a bound socket has an address");
        let foundation = Foundation { clock: self.clock.clone(), ids: self.ids, ..Foundation::default() };
        let (stop, stopped) = oneshot::channel::<()>();
        let (settings, service) = (self.settings, self.service);
        // a thread and a runtime of its own: a test that is busy does not hold it up, and it ends with its handle
        let server = std::thread::spawn(move || {
            let shutdown = async move { drop(stopped.await) };
            let serve = chassis::server::serve::<S>(settings, service, foundation, listener, shutdown);
            actix_web::rt::System::new().block_on(serve)
        });
        let (stop, server, service) = (Some(stop), Some(server), PhantomData);
        let client = Client::of(address).as_(TOKEN);
        let mut service = TestService { address, clock: self.clock, client, stop, server, service };
        service.wait_until_it_answers().await;
        service
    }
}

impl<S> TestService<S> {
    async fn wait_until_it_answers(&mut self) {
        // the listener is there already: the first answer comes as soon as the service is open, or never
        if self.stranger().request(reqwest::Method::GET, "/livez").send().await.is_err()
            && let Some(server) = self.server.take()
        {
            panic!("it does not answer: {:?}", server.join());
        }
    }
}

impl<S> Deref for TestService<S> {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl<S> Drop for TestService<S> {
    fn drop(&mut self) {
        drop(self.stop.take());
        // before what it stands on is dropped: otherwise it would complain of that
        if let Some(server) = self.server.take() {
            let ended = server.join();
            assert!(std::thread::panicking() || matches!(ended, Ok(Ok(()))), "it did not end well: {ended:?}");
        }
    }
}
