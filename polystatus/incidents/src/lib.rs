//! Incidents: from the first report to the postmortem, with the services that can break.
//!
//! Reads are answered from the store's memory; what is shown often is JSON already. Changes are functions on a draft of
//! the store, [`writes`]; the types that they work on cannot hold a wrong value, [`model`]. What people report, and when
//! it is more than usual, is in [`reports`]. Each endpoint has a file under `routes/`.

pub mod announce;
pub mod documents;
pub mod etag;
pub mod listing;
pub mod live;
pub mod model;
pub mod peers;
pub mod reports;
mod routes;
pub mod scribe;
pub mod settings;
pub mod stamp;
pub mod tasks;
pub mod writes;

use std::time::Duration;

use chassis::auth::ApiToken;
use chassis::origin::TrustedProxies;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::streams::Streams;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use events::inbox::Pruning;
use events::{Broker, Relay, StoreOutbox, Subscription};
use store::{PerRevision, Store};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

pub use crate::scribe::Scribe;

use crate::peers::Peers;
use crate::reports::Reporters;
use crate::settings::{AfterAlerts, Settings};

/// The service.
pub struct Incidents {
    store: Store,
    scribe: Scribe,
    peers: Peers,
    proxies: TrustedProxies,
    reporters: Reporters,
    /// The list without parameters: what a status page asks for.
    front: PerRevision<routes::RenderedList>,
    streams: Streams,
    broker: Broker,
    alerts_token: Option<ApiToken>,
    after_alerts: AfterAlerts,
    _relay: Relay,
    _followed: Option<Subscription>,
    _inbox: Pruning,
    _tasks: Tasks,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PolyStatus incidents",
        description = "Incidents from the first report to the postmortem. Reads are open; every write but a report needs a bearer token.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Incidents", description = "What goes wrong"),
        (name = "Timeline", description = "What happened meanwhile"),
        (name = "Postmortem", description = "What was learnt"),
        (name = "Followers", description = "Who wants to know"),
        (name = "Services", description = "What can break"),
        (name = "Reports", description = "What people notice"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

/// Where the documents are kept unless told otherwise.
const FILE: &str = "data/incidents.db";

/// What the keys of this service begin with in Redis.
const NAMESPACE: &str = "incidents";

impl Service for Incidents {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 8081;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let peers = Peers::of(&settings, foundation)?;
        let store = open(&settings, foundation).await?;
        let scribe = Scribe::new(foundation.clock.clone(), foundation.ids.clone());
        let streams = Streams::behind(settings.trusted_proxies.clone());
        let mut tasks = Tasks::default()
            .with(tasks::watch(store.clone(), scribe.clone()))
            .with(live::tell(streams.clone(), store.clone()));
        if peers.has_inventory() {
            let period = Duration::from_secs(settings.recheck_seconds);
            tasks = tasks.with(tasks::verify_servers(store.clone(), peers.clone(), scribe.clone(), period));
        }
        let broker = Broker::open(&settings.events.events_url, foundation);
        let followed = settings.incidents_from_servers;
        Ok(Self {
            _relay: Relay::start(StoreOutbox::of(&store, &*foundation.ids), &broker),
            _followed: followed.then(|| tasks::follow_servers(store.clone(), scribe.clone(), &broker)),
            _inbox: Pruning::start(store.clone(), foundation.clock.clone()),
            _tasks: tasks,
            alerts_token: settings.alerts_token.map(ApiToken::new),
            after_alerts: settings.alerts_ended,
            store,
            scribe,
            peers,
            proxies: settings.trusted_proxies,
            reporters: Reporters::default(),
            front: PerRevision::default(),
            streams,
            broker,
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
        // without the broker, incidents are written all the same, and what they say waits in the outbox
        Readiness::default().with("storage", self.store.ready()).with("broker", self.broker.ready())
    }

    fn stopping(&self) {
        self.streams.end();
    }
}

async fn open(settings: &Settings, foundation: &Foundation) -> Result<Store, StartError> {
    let url = settings.store.or_file(FILE);
    Ok(Store::open(&url, NAMESPACE, documents::schema(), &*foundation.ids).await?)
}
