//! Notifications: tells users and backups of every change of a file as it happens, over Socket.IO.
//!
//! Read [`events`] first: what clients may say, and what they are answered. [`audience`] knows who hears what;
//! [`telling`] tells a change once, alone or together with other instances; [`door`] brings requests from actix to the
//! engine that speaks polling and websocket. Whose a token is the documents API says, in [`documents`].

pub mod account;
pub mod allowance;
pub mod answer;
pub mod audience;
pub mod backlog;
pub mod change;
pub mod connection;
pub mod documents;
pub mod door;
pub mod events;
pub mod figures;
pub mod hub;
mod recheck;
mod routes;
pub mod settings;
pub mod telling;

use std::sync::Arc;
use std::time::Duration;

use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::streams::Places;
use chassis::tasks::{Tasks, every};
use chassis::{Service, StartError};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::audience::Audience;
use crate::backlog::Bounds;
use crate::documents::Documents;
use crate::door::Door;
use crate::figures::Figures;
use crate::hub::{Hub, SWEEP_EVERY};
use crate::settings::Settings;
use crate::telling::Teller;

/// The service.
pub struct Notifications {
    hub: Arc<Hub>,
    door: Door,
    _tasks: Tasks,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Notifications of documents",
        description = "Tells users and backups of every change of a file as it happens, over Socket.IO: connect any \
                       Socket.IO client to this address. Here stand the two requests of which its polling is made; the \
                       events are described in the documentation.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Socket.IO", description = "What clients of Socket.IO send"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for Notifications {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 7001;
    // as the heart-beats' default: who has gone without a word, and who reads nothing
    const UNREAD: Option<Duration> = Some(Duration::from_secs(45));
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let documents = Documents::at(&settings.documents_url)?;
        foundation.metrics.watch(documents.peer());
        let bounds = Bounds { bytes: settings.max_behind_bytes, time: settings.max_behind };
        let audience = Audience::new(bounds);
        let figures = Figures::register(&foundation.metrics, audience.clone());
        let teller = Teller::new(&settings, &audience, &figures)?;
        let recheck_every = settings.recheck;
        let logins = Arc::new(Places::new(settings.max_logins, settings.max_logins_per_address));
        let hub = Arc::new(Hub { documents, audience, teller, logins, figures, settings });
        let (rechecked, swept) = (Arc::clone(&hub), Arc::clone(&hub));
        let tasks = Tasks::default()
            .with(async move {
                let mut ticks = every(recheck_every);
                loop {
                    ticks.tick().await;
                    recheck::all(&rechecked).await;
                }
            })
            .with(async move {
                let mut ticks = every(SWEEP_EVERY);
                loop {
                    ticks.tick().await;
                    swept.sweep();
                }
            });
        Ok(Self { door: Door::to(Arc::clone(&hub)), hub, _tasks: tasks })
    }

    async fn migrate(_: Settings) -> Result<String, StartError> {
        Ok("nothing is kept here that has a schema".to_owned())
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
        // not the documents API: who is known hears on without it, and another instance would not know more
        Readiness::default().with("redis", self.hub.teller.ready())
    }

    fn stopping(&self) {
        let hub = Arc::clone(&self.hub);
        tokio::spawn(async move { hub.close().await });
    }
}
