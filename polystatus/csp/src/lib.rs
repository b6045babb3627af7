//! How the cloud providers are doing: their status feeds, read, compared and remembered.
//!
//! A body becomes a reading in [`feeds`], by pure functions, a file for each format. [`assess`] makes a state of it, the
//! worst of what its sources say; [`writes`] remembers what changed. [`poll`] decides who is asked when, [`fetch`] asks.
//! Reads are answered from the store's memory. Each endpoint has a file under `routes/`.

pub mod announce;
pub mod assess;
pub mod catalogue;
pub mod documents;
pub mod etag;
pub mod feeds;
pub mod fetch;
pub mod figures;
pub mod fingerprint;
pub mod live;
pub mod model;
pub mod openings;
pub mod peers;
pub mod poll;
mod routes;
pub mod settings;
pub mod stamp;
pub mod views;
pub mod writes;

use std::time::Duration;

use arc_swap::ArcSwapOption;
use chassis::client::Reach;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::streams::Streams;
use chassis::tasks::Tasks;
use chassis::{ApiError, Service, StartError};
use events::{Broker, Relay, StoreOutbox};
use store::{Draft, Store};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fetch::{Fetcher, Limits};
use crate::figures::Figures;
use crate::peers::Incidents;
use crate::poll::{Poller, Times};
use crate::settings::Settings;
use crate::stamp::{OURSELVES, Scribe};
use crate::views::StatusList;
use crate::writes::Rules;

/// The service.
pub struct Csp {
    store: Store,
    scribe: Scribe,
    poller: Poller,
    incidents: Option<Incidents>,
    streams: Streams,
    /// What nearly everybody asks for.
    status: ArcSwapOption<StatusList>,
    broker: Broker,
    _relay: Relay,
    _tasks: Tasks,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PolyStatus cloud providers",
        description = "How the cloud providers are doing, by their own status feeds. Reads are open; every write needs a bearer token.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Providers", description = "Whose feeds are read"),
        (name = "Status", description = "How they are, and were"),
        (name = "Events", description = "What they tell"),
        (name = "Incidents", description = "What concerns us"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

/// Where the documents are kept unless told otherwise.
const FILE: &str = "data/csp.db";

/// What the keys of this service begin with in Redis.
const NAMESPACE: &str = "csp";

impl Service for Csp {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 8083;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        settings.check()?;
        let catalogue = catalogue::load(&settings.catalogue)?;
        let incidents = Incidents::of(&settings, foundation)?;
        let store = open(&settings, foundation).await?;
        let scribe = Scribe::new(foundation.clock.clone(), foundation.ids.clone());
        let stamp = scribe.stamp(OURSELVES);
        let apply = move |draft: &mut Draft| writes::apply_catalogue(draft, &stamp, &catalogue);
        let changes: Result<_, ApiError> = store.write(apply).await;
        let changes = changes.map_err(|error| error.to_string())?;
        tracing::info!(changes.added, changes.changed, "the catalogue was read");
        let poller = poller(&settings, &store, &scribe);
        let figures = Figures::of(store.clone(), scribe.clock.clone(), poller.stale_after());
        foundation.metrics.registry().register_collector(Box::new(figures));
        let streams = Streams::behind(settings.trusted_proxies.clone());
        let told = live::tell(streams.clone(), store.clone(), scribe.clock.clone(), poller.stale_after());
        let mut tasks = Tasks::default().with(told).with(poller.clone().tell_what_grows_stale());
        if settings.poll_seconds > 0 {
            tasks = tasks.with(poller.clone().go_round());
        }
        if let Some(incidents) = &incidents {
            tasks = tasks.with(openings::see_to_them(store.clone(), incidents.clone(), scribe.clone()));
        }
        let broker = Broker::open(&settings.events.events_url, foundation);
        let relay = Relay::start(StoreOutbox::of(&store, &*foundation.ids), &broker);
        let status = ArcSwapOption::empty();
        Ok(Self { _relay: relay, _tasks: tasks, store, scribe, poller, incidents, streams, status, broker })
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
        // without the broker, all goes on, and what is to be told waits in the outbox
        Readiness::default().with("storage", self.store.ready()).with("broker", self.broker.ready())
    }

    fn stopping(&self) {
        self.streams.end();
    }
}

fn poller(settings: &Settings, store: &Store, scribe: &Scribe) -> Poller {
    let reach = if settings.private_feeds { Reach::Anywhere } else { Reach::Public };
    let limits = Limits {
        // another continent answers within half a second
        connect: Duration::from_secs(5),
        total: Duration::from_secs(settings.fetch_seconds.into()),
        body: usize::try_from(settings.largest_feed).unwrap_or(usize::MAX).saturating_mul(1024 * 1024),
    };
    let rules = Rules {
        opens: settings.incidents_url.is_some(),
        stale_after: settings.stale_seconds.into(),
        doubt: settings.empty_seconds.into(),
        openings_per_hour: usize::try_from(settings.openings_per_hour).unwrap_or(usize::MAX),
    };
    let every = Duration::from_secs(settings.poll_seconds.into());
    let times = Times { every, floor: settings.refresh_seconds.into() };
    Poller::new(store.clone(), scribe.clone(), Fetcher::new(reach, limits), rules, times)
}

async fn open(settings: &Settings, foundation: &Foundation) -> Result<Store, StartError> {
    let url = settings.store.or_file(FILE);
    Ok(Store::open(&url, NAMESPACE, documents::schema(), &*foundation.ids).await?)
}
