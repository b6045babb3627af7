//! Adds products to the catalogue, and tells others of each.
//!
//! One endpoint, [`routes`]. What a product may be, and how it gets into the table together with the event that tells of
//! it, is in the crate `products`, which this service shares with the one that lists them.

mod routes;
pub mod settings;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::{Service, StartError};
use events::{Broker, Relay};
use products::database::{Database, ProductOutbox};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::settings::Settings;

/// The service.
pub struct AddProduct {
    database: Database,
    clock: SharedClock,
    ids: SharedIds,
    broker: Broker,
    /// Tells others of what was added, for as long as the service lives.
    _relay: Relay,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Products: adding",
        description = "Adds products to the catalogue. It takes a bearer token; the list is read from another service.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Products", description = "What the catalogue holds"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for AddProduct {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 7100;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let database = open(&settings).await?;
        let broker = Broker::open(&settings.events.events_url, foundation);
        let relay = Relay::start(ProductOutbox::of(database.clone()), &broker);
        tracing::info!(database = ?settings.storage.database_url, "products can be added");
        let (clock, ids) = (foundation.clock.clone(), foundation.ids.clone());
        Ok(Self { database, clock, ids, broker, _relay: relay })
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
        Readiness::default().with("database", database).with("broker", self.broker.ready())
    }
}

/// Open the database; the error says which one, without its password.
async fn open(settings: &Settings) -> Result<Database, StartError> {
    let url = &settings.storage.database_url;
    Database::open(url).await.map_err(|error| format!("cannot open {url:?}: {error}").into())
}
