//! The server inventory: which servers there are and how they are doing.
//!
//! Reads are answered from memory, [`snapshot`]; changes go through [`ledger`] into the database, [`storage`]. The
//! rules of what may be changed are in [`command`] and [`model`], and each endpoint has a file under `routes/`. That a server
//! is down, or up again, is told to others by [`events`].

pub mod command;
pub mod etag;
pub mod events;
pub mod import;
pub mod ledger;
pub mod listing;
pub mod model;
mod routes;
pub mod settings;
pub mod snapshot;
pub mod storage;

use std::sync::Arc;

use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::{Service, StartError};
use tokio::sync::Semaphore;
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use ::events::{Broker, Relay};

use crate::events::Changes;
use crate::ledger::Ledger;
use crate::settings::{DatabaseUrl, Settings};
use crate::storage::{ChangeLog, Database, Journal};

/// The service.
pub struct InventoryApi {
    ledger: Ledger,
    database: Database,
    /// For the files that are imported now, see [`routes::import`].
    imports: Arc<Semaphore>,
    /// Tells others of the changes, for as long as the service lives.
    broker: Broker,
    _relay: Relay,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Server inventory",
        description = "Which servers there are and how they are doing. Reads are open; every write needs a bearer token.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Servers", description = "List, read and change servers"),
        (name = "Views", description = "The inventory as other tools read it"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for InventoryApi {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 5000;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let database = open(&settings.database_url).await?;
        let mut journal = Journal::of(database.clone());
        let snapshot = match journal.load().await? {
            Some(snapshot) => snapshot,
            None => journal.begin(&foundation.ids.secret(), foundation.clock.unix_seconds()).await?,
        };
        tracing::info!(servers = snapshot.len(), database = ?settings.database_url, "the inventory is in memory");
        let epoch = snapshot.epoch.to_string();
        let ledger = Ledger::start(snapshot, journal, foundation.clock.clone());
        let imports = Arc::new(Semaphore::new(routes::import::AT_ONCE));
        let log = ChangeLog::of(database.clone());
        let changes = Changes::of(log, epoch, ledger.revision());
        let broker = Broker::open(&settings.events.events_url, foundation);
        let relay = Relay::start(changes, &broker);
        Ok(Self { ledger, database, imports, broker, _relay: relay })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        open(&settings.database_url).await?;
        Ok(format!("{:?} is at the present schema", settings.database_url))
    }

    fn document() -> utoipa::openapi::OpenApi {
        Document::openapi()
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        routes::configure(config);
    }

    async fn readiness(&self) -> Readiness {
        let reachable = if self.ledger.is_reachable() { Ok(()) } else { Err("the last try to use it failed") };
        Readiness::default().with("database", reachable).with("broker", self.broker.ready())
    }
}

/// Open the database; the error says which one, without its password.
async fn open(url: &DatabaseUrl) -> Result<Database, StartError> {
    Database::open(url).await.map_err(|error| format!("cannot open {url:?}: {error}").into())
}
