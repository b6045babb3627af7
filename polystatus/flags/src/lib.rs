//! Feature flags: who gets which variation, and why.
//!
//! A flag is written in the course's form, with targets and rules, or in flagd's, with JsonLogic. Both become one rule,
//! which is compiled when it is written: [`logic`]. All flags together are a [`ruleset`] in memory, and an evaluation reads
//! that and nothing else. Changes are functions on a draft of the store, [`writes`]. Each endpoint has a file under
//! `routes/`.

pub mod access;
pub mod agreement;
pub mod announce;
pub mod documents;
pub mod etag;
pub mod flagd;
pub mod live;
pub mod logic;
pub mod model;
mod routes;
pub mod ruleset;
pub mod settings;
pub mod stale;
pub mod stamp;
pub mod tasks;
pub mod writes;

use std::sync::Arc;

use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use events::{Broker, Relay, StoreOutbox};
use store::Store;
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::Access;
use crate::live::Live;
use crate::ruleset::{Rules, Ruleset};
use crate::settings::Settings;
use crate::stamp::Scribe;

/// The service.
pub struct Flags {
    store: Store,
    scribe: Scribe,
    rules: Arc<Rules>,
    access: Access,
    require_approval: bool,
    live: Live,
    broker: Broker,
    _relay: Relay,
    _tasks: Tasks,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PolyStatus flags",
        description = "Feature flags. Evaluations are open, or need the evaluation key; changes need a bearer token.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Evaluation", description = "Who gets what"),
        (name = "Flags", description = "What flags are, and were"),
        (name = "Segments", description = "People whom several flags treat alike"),
        (name = "Later", description = "Changes that wait for their time, or for somebody's agreement"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

/// Where the documents are kept unless told otherwise.
const FILE: &str = "data/flags.db";

/// What the keys of this service begin with in Redis.
const NAMESPACE: &str = "flags";

impl Flags {
    /// All flags as they are now.
    fn ruleset(&self) -> Arc<Ruleset> {
        self.rules.now(&self.store)
    }
}

impl Service for Flags {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 8070;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let store = open(&settings, foundation).await?;
        let scribe = Scribe::of(foundation);
        let rules = Arc::new(Rules::new(settings.fractional));
        // so that the first request does not wait for it
        rules.now(&store);
        let live = Live::behind(settings.trusted_proxies.clone());
        let tasks = Tasks::default()
            .with(live.clone().tell(store.clone(), Arc::clone(&rules)))
            .with(tasks::apply_schedules(store.clone(), scribe.clone()))
            .with(tasks::note_usage(store.clone(), Arc::clone(&rules)));
        let broker = Broker::open(&settings.events.events_url, foundation);
        Ok(Self {
            _relay: Relay::start(StoreOutbox::of(&store, &*foundation.ids), &broker),
            _tasks: tasks,
            access: Access::of(&settings, foundation),
            require_approval: settings.require_approval,
            store,
            scribe,
            rules,
            live,
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
        // without the broker, flags are changed all the same, and what they say waits in the outbox
        Readiness::default().with("storage", self.store.ready()).with("broker", self.broker.ready())
    }

    fn stopping(&self) {
        self.live.end();
    }

    async fn close(&self) {
        // what is not noted by then is forgotten: it would be noted again at the next evaluation
        if let Err(error) = tasks::note(&self.store, &self.rules).await {
            tracing::debug!(%error, "when flags were last asked for could not be noted");
        }
    }
}

async fn open(settings: &Settings, foundation: &Foundation) -> Result<Store, StartError> {
    let url = settings.store.or_file(FILE);
    Ok(Store::open(&url, NAMESPACE, documents::schema(), &*foundation.ids).await?)
}
