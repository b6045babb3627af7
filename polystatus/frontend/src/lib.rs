//! The status page: what the public sees, also when everything else is down.
//!
//! ```text
//!   peers ── asked in the background ──> what is known ── on each change ──> pages, ready to be sent ──> readers
//!     └────────── their streams wake ──────┘   └──> written down               └──> what changed, to who follows
//! ```
//!
//! [`follow`] asks the peers, [`read`] understands them, [`known`] keeps what they said last, in memory and in the store,
//! [`pages`] makes pages of it, once for each change. A request picks bytes: no peer, no storage and no template stand in
//! its way. The only requests that go further are the forms of readers, [`routes`].

pub mod assets;
pub mod follow;
mod inside;
pub mod known;
pub mod model;
pub mod pages;
pub mod persons;
pub mod read;
mod reader;
mod routes;
pub mod session;
pub mod settings;
pub mod texts;

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::streams::Places;
use chassis::tasks::Tasks;
use chassis::{Service, StartError};
use store::Store;
use tokio::sync::Notify;
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::assets::Shelf;
use crate::follow::{Follower, Peers};
use crate::known::{Memory, Source};
use crate::pages::{Making, Press};
use crate::persons::Persons;
use crate::session::Sessions;
use crate::settings::Settings;

/// The service.
pub struct Frontend {
    store: Store,
    memory: Arc<Memory>,
    press: Arc<Press>,
    making: Making,
    shelf: Shelf,
    peers: Peers,
    /// Told when a reader has reported something: the curve is to show it at once.
    reported: Arc<Notify>,
    persons: Persons,
    sessions: Sessions,
    ids: SharedIds,
    /// Places for streams.
    places: Arc<Places>,
    clock: SharedClock,
    settings: Settings,
    _tasks: Tasks,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PolyStatus front end",
        description = "The status page. Everything is open: pages, their changes as events, and the status API.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Pages", description = "What people read"),
        (name = "Forms", description = "What people send"),
        (name = "Signed in", description = "Logins, accounts and the work behind the page"),
        (name = "Live", description = "What changes"),
        (name = "Statuspage", description = "The public API of Statuspage, version 2, as the communications service answers it"),
        (name = "Feeds", description = "Atom, RSS, badges"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

/// Where is kept what was known last, unless told otherwise.
const FILE: &str = "data/frontend.db";

/// What the keys of this service begin with in Redis.
const NAMESPACE: &str = "frontend";

/// Streams that are open at once at most: each holds a connection.
const MOST_STREAMS: usize = 12_000;

/// Seconds between two answers that are still taken for one story, beside the time between two questions.
const GAP: i64 = 30;

impl Service for Frontend {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 3000;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let peers = Peers::of(&settings, foundation)?;
        let store = open(&settings, foundation).await?;
        let memory = Arc::new(known::kept::remembered(&store.read()));
        let shelf = Shelf::new();
        let clock = foundation.clock.clone();
        let making = Making {
            site: settings.page_name.clone(),
            public_url: settings.public_url.as_str().into(),
            assets: Arc::new(shelf.addresses()),
            clock: clock.clone(),
            storage_gone: false,
        };
        let press = Arc::new(Press::start(&memory, &store, &making));
        let holder = foundation.ids.secret();
        let gap = GAP + i64::try_from(settings.ask_seconds).unwrap_or(GAP);
        let mut tasks = Tasks::default()
            .with(pages::tell(Arc::clone(&press)))
            .with(pages::print(Arc::clone(&press), Arc::clone(&memory), store.clone(), making.clone()))
            .with(known::kept::keep(Arc::clone(&memory), store.clone()))
            .with(session::prune(store.clone(), clock.clone()))
            .with(known::days::watch(Arc::clone(&memory), store.clone(), clock.clone(), holder, gap));
        let mut reported = Arc::default();
        let every = Duration::from_secs(settings.ask_seconds);
        for source in Source::ALL {
            let peer = peers.asked(source).clone();
            let follower = Follower::new(source, peer, Arc::clone(&memory), clock.clone(), every);
            if source == Source::Incidents {
                reported = follower.news();
            }
            if let Some(peer) = peers.listened_to(source) {
                tasks = tasks.with(follower.clone().listen(peer.clone()));
            }
            tasks = tasks.with(follower.follow());
        }
        Ok(Self {
            sessions: Sessions::new(
                store.clone(),
                peers.signed_in.users.clone(),
                clock.clone(),
                foundation.ids.clone(),
            ),
            ids: foundation.ids.clone(),
            persons: Persons::new(settings.forms_per_hour, foundation.ids.clone()),
            places: Arc::new(Places::new(MOST_STREAMS, settings.streams_per_address)),
            _tasks: tasks,
            store,
            memory,
            press,
            making,
            shelf,
            peers,
            reported,
            clock,
            settings,
        })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        open(&settings, &Foundation::default()).await?;
        Ok(format!("{:?} is at the present schema", settings.store.or_file(FILE)))
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
        // not the peers: without them the page answers what it last knew, and taking it away would help nobody
        Readiness::default().with("storage", self.store.ready())
    }

    fn stopping(&self) {
        self.press.stop();
    }
}

async fn open(settings: &Settings, foundation: &Foundation) -> Result<Store, StartError> {
    let url = settings.store.or_file(FILE);
    Ok(Store::open(&url, NAMESPACE, known::kept::schema(), &*foundation.ids).await?)
}
