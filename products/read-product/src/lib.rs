//! Lists the products of the catalogue: from memory, and so also while the database is away.
//!
//! ```text
//!   add-product ── product.added ──> hears ──┐
//!   database <── what is new? ── [`refresher`] ── next snapshot ──> [`catalogue`] ──> readers
//! ```
//!
//! A request reads a snapshot and nothing else. One task keeps it: it asks the database for what is new when it hears of a
//! product, and for everything when the snapshot is old. When the database does not answer, readers get what was known
//! last, and two headers say how old that is.

pub mod catalogue;
pub mod refresher;
mod routes;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use events::{Broker, Subscription};
use products::database::Database;
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::catalogue::Catalogue;
use crate::refresher::Refresher;
use crate::settings::Settings;

/// The service.
pub struct ReadProduct {
    database: Database,
    catalogue: Arc<Catalogue>,
    _tasks: Tasks,
    _heard: Subscription,
}

/// The queue in which this service finds what was added.
const QUEUE: &str = "read-product";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Products: reading",
        description = "The catalogue, from memory. Everything is open; products are added by another service. `Age` says \
                       for how many seconds the answer was not compared with the database, `Cache-Status` (RFC 9211) \
                       whether that is longer than it should be: its `ttl` is then negative.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Products", description = "What the catalogue holds"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for ReadProduct {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 7101;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let database = open(&settings).await?;
        let products = database.products_after(0).await?;
        tracing::info!(products = products.len(), database = ?settings.storage.database_url, "the catalogue is in memory");
        let fresh_for = i64::from(settings.reread_seconds);
        let catalogue = Arc::new(Catalogue::of(products, foundation.clock.clone(), fresh_for));
        let every = Duration::from_secs(settings.reread_seconds.into());
        let refresher = Refresher::new(database.clone(), Arc::clone(&catalogue), every);
        let broker = Broker::open(&settings.events.events_url, foundation);
        let heard = Arc::clone(&catalogue);
        let heard = broker.subscribe(QUEUE, &[products::ADDED], move |_| {
            // what was added is read from the table and not from the event: there it stands once, and in order
            heard.ask();
            std::future::ready(Ok(()))
        });
        Ok(Self { database, catalogue, _tasks: Tasks::default().with(refresher.run()), _heard: heard })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        open(&settings).await?;
        Ok(format!("{:?} is at the present schema", settings.storage.database_url))
    }

    fn document() -> utoipa::openapi::OpenApi {
        let mut document = Document::openapi();
        // of the contract: a new version of the program is not a new API
        chassis::probes::API_VERSION.clone_into(&mut document.info.version);
        document
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        routes::configure(config);
    }

    async fn readiness(&self) -> Readiness {
        let database = self.database.ready().await.map_err(|_| "cannot be reached");
        Readiness::default().with("database", database)
    }
}

/// Open the database; the error says which one, without its password.
async fn open(settings: &Settings) -> Result<Database, StartError> {
    let url = &settings.storage.database_url;
    Database::open(url).await.map_err(|error| format!("cannot open {url:?}: {error}").into())
}
