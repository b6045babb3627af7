//! What the public is told: announcements, planned work, a banner; as JSON, in the Statuspage API, as feeds, badges,
//! mails and calls of webhooks.
//!
//! The service holds its own view of incidents and services, fed by the events of the incidents service, and goes on when
//! that is gone. Reads are answered from memory, made once for each edition, [`pages`]. Changes are functions on a draft
//! of the store, [`writes`]. What leaves the house goes through one state machine per recipient, [`dispatch`]. Each
//! endpoint has a file under `routes/`.

mod allowance;
mod catch_up;
pub mod dispatch;
pub mod documents;
pub mod etag;
pub mod live;
pub mod mail;
pub mod model;
pub mod pages;
mod routes;
pub mod scribe;
pub mod settings;
pub mod tasks;
pub mod tell;
pub mod webhooks;
pub mod writes;

use std::sync::Mutex;
use std::time::Duration;

use chassis::client::Peer;
use chassis::client::Reach;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::streams::Streams;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use events::inbox::Pruning;
use events::{Broker, Relay, StoreOutbox, Subscription};
use store::Store;
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::allowance::Allowance;
use crate::dispatch::{Dispatcher, Figures, Sender};
use crate::mail::Courier;
use crate::pages::Pages;
use crate::scribe::Scribe;
use crate::settings::Settings;
use crate::webhooks::Caller;

/// The service.
pub struct Communications {
    store: Store,
    scribe: Scribe,
    settings: Settings,
    incidents: Option<Peer>,
    pages: Pages,
    streams: Streams,
    allowance: Allowance,
    broker: Broker,
    _relay: Relay,
    _followed: [Subscription; 2],
    _inbox: Pruning,
    _tasks: Tasks,
    /// Taken out when the service ends.
    senders: Mutex<Vec<Dispatcher>>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PolyStatus communications",
        description = "What the public is told. Reads are open, and so are subscriptions; every other write needs a bearer token.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Public", description = "What is said, and what everybody reads"),
        (name = "Statuspage", description = "The public API of Statuspage, version 2"),
        (name = "Feeds", description = "Atom, RSS, badges"),
        (name = "Banner", description = "The text above every page"),
        (name = "Maintenances", description = "Planned work"),
        (name = "Subscriptions", description = "Who wants mails"),
        (name = "Webhooks", description = "Which programs want to be called"),
        (name = "Deliveries", description = "What became of what was sent"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

/// Where the documents are kept unless told otherwise.
const FILE: &str = "data/communications.db";

/// What the keys of this service begin with in Redis.
const NAMESPACE: &str = "communications";

impl Service for Communications {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 8082;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let incidents = tasks::incidents(&settings, foundation)?;
        let courier = Courier::of(&settings)?;
        let store = open(&settings, foundation).await?;
        let scribe = Scribe::new(foundation.clock.clone(), foundation.ids.clone());
        let streams = Streams::behind(settings.trusted_proxies.clone());
        let mut tasks = Tasks::default()
            .with(live::tell(streams.clone(), store.clone()))
            .with(tasks::keep_time(store.clone(), scribe.clone()))
            .with(tasks::prune(store.clone(), scribe.clone()));
        if let Some(incidents) = &incidents {
            let period = Duration::from_secs(settings.recheck_seconds);
            tasks = tasks.with(tasks::catch_up(store.clone(), scribe.clone(), incidents.clone(), period));
        }
        let broker = Broker::open(&settings.events.events_url, foundation);
        let figures = Figures::register(&mut foundation.metrics.registry());
        let send = |sender| Dispatcher::start(sender, store.clone(), scribe.clone(), settings.clone(), figures.clone());
        let callers =
            Sender::Webhooks(Caller::new(if settings.webhooks_to_private { Reach::Anywhere } else { Reach::Public }));
        let senders = Mutex::new(vec![send(Sender::Mails(courier)), send(callers)]);
        Ok(Self {
            _relay: Relay::start(StoreOutbox::of(&store, &*foundation.ids), &broker),
            _followed: tasks::follow(&store, &scribe, &broker),
            _inbox: Pruning::start(store.clone(), foundation.clock.clone()),
            _tasks: tasks,
            senders,
            pages: Pages::new(settings.clone()),
            allowance: Allowance::new(settings.subscriptions_per_hour),
            store,
            scribe,
            incidents,
            streams,
            broker,
            settings,
        })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        open(&settings, &Foundation::default()).await?;
        Ok(format!("{:?} is at the present schema", settings.store.or_file(FILE)))
    }

    fn document() -> utoipa::openapi::OpenApi {
        Document::openapi()
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        routes::configure(config);
    }

    async fn readiness(&self) -> Readiness {
        // without the broker, the public is told all the same, and what others are to hear waits in the outbox
        Readiness::default().with("storage", self.store.ready()).with("broker", self.broker.ready())
    }

    fn stopping(&self) {
        self.streams.end();
    }

    async fn close(&self) {
        let senders = self.senders.lock().map(|mut senders| std::mem::take(&mut *senders)).unwrap_or_default();
        for sender in senders {
            sender.end().await;
        }
    }
}

async fn open(settings: &Settings, foundation: &Foundation) -> Result<Store, StartError> {
    let url = settings.store.or_file(FILE);
    Ok(Store::open(&url, NAMESPACE, documents::schema(), &*foundation.ids).await?)
}
