//! The documents API: a company's files, each with all its versions, and one ordered feed of what happened to them.
//!
//! Read [`model`] first: what a name and a checksum may be. [`database`] lists users, files and changes, and gives numbers
//! to one writer after another; [`content`] keeps the bytes, each content once; [`upload`] reads what clients send. Each
//! endpoint has a file under `routes/`. That something has changed is told to the notifications
//! by [`notifier`].

pub mod content;
pub mod database;
pub mod model;
pub mod notifier;
pub mod person;
pub mod places;
mod routes;
pub mod settings;
mod upkeep;
pub mod upload;

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use logins::{Hasher, Throttle};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::content::ContentStore;
use crate::database::Database;
use crate::notifier::{Notifier, Recipient};
use crate::places::Places;
use crate::settings::Settings;
use crate::upkeep::Upkeep;

/// The service.
pub struct DocumentsApi {
    database: Database,
    content: ContentStore,
    clock: SharedClock,
    ids: SharedIds,
    hasher: Hasher,
    throttle: Throttle,
    uploads: Arc<Places>,
    downloads: Arc<Places>,
    settings: Settings,
    /// Tells the notifications of the changes, for as long as the service lives.
    _tasks: Tasks,
    upkeep: Upkeep,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Documents",
        description = "A company's files, each with all its versions, and one ordered feed of what happened to them. \
                       Log in for a token; every call but that one needs it.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Users", description = "Who may log in"),
        (name = "Login", description = "Tokens"),
        (name = "Files", description = "Upload, read, change and delete files"),
        (name = "Changes", description = "What happened, in order"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for DocumentsApi {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 7000;
    // a download that does not move is begun anew where it has ended, by its range
    const UNREAD: Option<Duration> = Some(upload::SILENCE);
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let (clock, ids) = (foundation.clock.clone(), foundation.ids.clone());
        let database = open(&settings, &*ids).await?;
        // told apart from all others on this folder, also from those of its own past
        let instance = format!("{:016x}-{}", chassis::ids::Ids::next(&chassis::ids::RandomIds), std::process::id());
        let content = ContentStore::open(&settings.content_folder, &instance)
            .map_err(|error| format!("cannot use the folder {}: {error}", settings.content_folder.display()))?;
        content.tie(&database).await.map_err(|error| error.to_string())?;
        let recipient = settings
            .notifications_url
            .clone()
            .map(|url| Recipient { url, token: settings.notifications_token.clone() });
        let tasks = match recipient {
            Some(recipient) => {
                let notifier = Notifier::new(database.clone(), recipient, ids.clone(), &foundation.metrics);
                Tasks::default().with(notifier.run())
            }
            // nobody is told; whoever reads the feed misses nothing
            None => Tasks::default(),
        };
        let upkeep = Upkeep::start(database.clone(), content.clone(), clock.clone(), settings.keep_deleted_days);
        let throttle = Throttle::new(settings.attempts_per_minute);
        let full = "Too many uploads are under way: try again";
        let uploads = Places::new(settings.uploads_at_once, settings.uploads_of_one, full);
        let full = "Too many downloads are under way: try again";
        let downloads = Places::new(settings.downloads_at_once, settings.downloads_of_one, full);
        let hasher = Hasher::start();
        tracing::info!(database = ?settings.database_url, folder = %settings.content_folder.display(), "documents are here");
        Ok(Self {
            database,
            content,
            clock,
            ids,
            hasher,
            throttle,
            uploads,
            downloads,
            settings,
            _tasks: tasks,
            upkeep,
        })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        open(&settings, &chassis::ids::RandomIds).await?;
        Ok(format!("{:?} is at the present schema", settings.database_url))
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
        // not the notifications: what they are told may be late, and files need none
        let (database, content) = (self.database.ready().await, self.content.ready().await);
        let unreachable = "cannot be reached";
        Readiness::default()
            .with("database", database.map_err(|_| unreachable))
            .with("content", content.map_err(|_| unreachable))
    }
}

/// Open the database; the error says which one, without its password.
async fn open(settings: &Settings, ids: &dyn chassis::ids::Ids) -> Result<Database, StartError> {
    let url = &settings.database_url;
    Database::open(url, ids).await.map_err(|error| format!("cannot open {url:?}: {error}").into())
}

impl DocumentsApi {
    fn now(&self) -> i64 {
        self.clock.unix_seconds()
    }
}
