//! The backup of the documents: a copy of every version of every file, for ever.
//!
//! Read [`copying`] first: how the feed of the documents API is followed. [`folder`] keeps the contents, [`catalogue`] what
//! they are the contents of; [`commands`] give back the files of any moment, also while everything else is away.

pub mod catalogue;
pub mod commands;
pub mod copying;
mod figures;
pub mod folder;
pub mod model;
mod routes;
pub mod settings;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chassis::client::{Limits, Peer};
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use tokio::sync::{Notify, Semaphore};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::catalogue::Catalogue;
use crate::copying::{Copier, Hints, Part, Standing};
use crate::figures::Figures;
use crate::folder::{Folder, Lock};
use crate::settings::Settings;

/// How long the documents API may take for a page of its feed, or for the head of a content: nobody waits at a screen.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long no content is asked for when one after another has failed.
const BREATH: Duration = Duration::from_millis(100);

/// Large contents that are fetched at once: more are no faster on one disk.
const LARGE_AT_ONCE: usize = 4;

/// The service.
pub struct Backup {
    // in this order, in which they are dropped: the right to write goes last
    tasks: Mutex<Option<Tasks>>,
    catalogue: Catalogue,
    standing: Arc<Standing>,
    _lock: Lock,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Backup of the documents",
        description = "What was copied of the documents API: every version of every file, and every deletion. Files are \
                       given back by the program itself: `documents-backup restore`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "History", description = "What was copied"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for Backup {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 7002;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let Some(token) = settings.documents_token.clone() else {
            return Err("--documents-token (DOCUMENTS_TOKEN) must be given: the API_TOKEN of the documents API".into());
        };
        let (folder, lock, catalogue) = open(&settings).await?;
        let (clock, ids) = (foundation.clock.clone(), foundation.ids.clone());
        // a round that has failed is begun anew after a pause anyway
        let limits =
            Limits { attempts: 1, attempt: PATIENCE, total: PATIENCE, failures_in_a_row: 20, ..Limits::default() };
        let peer = |name: &'static str, limits: Limits| {
            let peer = Peer::builder(name, settings.documents_url.as_str()).token(token.clone());
            peer.limits(limits).ids(ids.clone()).build()
        };
        // a content that fails for ever holds up the others no longer than it takes to see that
        let contents = peer("documents-contents", Limits { open_for: BREATH, ..limits.clone() })?;
        let documents = peer("documents", limits)?;
        foundation.metrics.watch(&documents);
        foundation.metrics.watch(&contents);
        let (figures, standing, news) =
            (Figures::register(&foundation.metrics), Arc::<Standing>::default(), Arc::<Notify>::default());
        let mut tasks = Tasks::default();
        if let Some(token) = settings.notifications_token {
            let (news, figures, url) = (Arc::clone(&news), figures.clone(), settings.notifications_url.clone());
            tasks = tasks.with(Hints { url, token, news, figures, ids: ids.clone() }.run());
        } else {
            tracing::warn!(
                seconds = settings.poll_seconds,
                "no NOTIFICATIONS_TOKEN: news is looked for every so often"
            );
        }
        tracing::info!(folder = %folder.path().display(), "the backup is here");
        let copier = Copier {
            catalogue: catalogue.clone(),
            folder,
            documents,
            contents,
            large: Semaphore::new(LARGE_AT_ONCE),
            lacking: Notify::new(),
            standing: Arc::clone(&standing),
            figures,
            clock,
            ids,
        };
        let (copier, poll) = (Arc::new(copier), Duration::from_secs(settings.poll_seconds));
        let tasks = tasks.with(Arc::clone(&copier).copy_all(news, poll)).with(copier.mend(poll));
        Ok(Self { tasks: Mutex::new(Some(tasks)), catalogue, standing, _lock: lock })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        let (folder, _lock, catalogue) = open(&settings).await?;
        catalogue.close().await;
        Ok(format!("{} is at the present schema", folder.catalogue().display()))
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

    /// What is in the catalogue's log is brought into the catalogue: a folder at rest is one file and the contents.
    async fn close(&self) {
        drop(self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.catalogue.close().await;
    }

    async fn readiness(&self) -> Readiness {
        // not notifications: without them news comes later, and comes
        Readiness::default()
            .with("documents", self.standing.check(Part::Documents))
            .with("folder", self.standing.check(Part::Folder))
    }
}

async fn open(settings: &Settings) -> Result<(Folder, Lock, Catalogue), StartError> {
    let folder = Folder::at(&settings.folder.backup_folder);
    let cannot = |error: &dyn std::fmt::Display| format!("cannot use the folder {}: {error}", folder.path().display());
    let lock = folder.lock().map_err(|error| cannot(&error))?;
    let catalogue = Catalogue::create(&folder.catalogue()).await.map_err(|error| cannot(&error))?;
    Ok((folder, lock, catalogue))
}
