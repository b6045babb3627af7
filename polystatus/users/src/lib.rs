//! The users service: accounts, logins, and the keys that every other service checks tokens with.
//!
//! Read [`model`] first: sessions, links, keys and second factors with their rules, apart from I/O. [`logins`] keeps
//! guessers and floods away; [`tokens`] and [`person`] say who calls. Each endpoint has a file under
//! `routes/`, which reads like the sentence that describes it.

pub mod address;
pub mod audit;
mod first_admin;
pub mod model;
mod news;
mod person;
mod routes;
pub mod sealing;
mod secrets;
pub mod settings;
pub mod tokens;
mod upkeep;

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use chassis::ApiError;
use chassis::auth::TokenVerifier;
use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::{Service, StartError};
use events::{Broker, Event, Failure, Relay, StoreOutbox, Subscription};
use logins::{Hasher, Throttle};
use store::{Schema, Store};
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::audit::Actor;
use crate::model::{Account, Device, EmailTaken, Link, Session, StoredKey};
use crate::news::News;
use crate::person::Person;
use crate::sealing::Sealer;
use crate::settings::Settings;
use crate::tokens::OwnTokens;
use crate::upkeep::Upkeep;

/// The service.
pub struct Users {
    store: Store,
    clock: SharedClock,
    ids: SharedIds,
    sealer: Arc<Sealer>,
    hasher: Hasher,
    throttle: Throttle,
    own_tokens: Arc<OwnTokens>,
    settings: Settings,
    _tasks: Tasks,
}

/// What goes on in the background, for as long as the service lives.
struct Tasks {
    _upkeep: Upkeep,
    _relay: Relay,
    _mails: Option<Subscription>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Users",
        description = "Who works here: accounts, roles, logins, and the keys that every other service checks tokens with.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Users", description = "Accounts and their roles"),
        (name = "Login", description = "Logins, sessions, passwords"),
        (name = "Second factor", description = "Codes of an app, and recovery codes"),
        (name = "Audit", description = "Who did what, when"),
        (name = "Operations", description = "Keys, probes and figures"),
    )
)]
struct Document;

impl Service for Users {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 8080;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let store = open(&settings, foundation).await?;
        let (clock, ids) = (foundation.clock.clone(), foundation.ids.clone());
        let sealer = Arc::new(Sealer::new(settings.key_secret.as_ref()));
        let hasher = Hasher::start();
        // before anything is written: a secret that was forgotten must not put a key there that is not sealed
        for key in store.read().iter::<StoredKey>() {
            tokens::unseal(key, &sealer)?;
        }
        upkeep::tend(&store, &*clock, &sealer, &*ids).await?;
        first_admin::make(&store, &settings, &hasher, &*clock, &*ids).await?;
        let own_tokens = Arc::new(OwnTokens::new(store.clone(), clock.clone()));
        let throttle = Throttle::new(settings.attempts_per_minute);
        let broker = Broker::open(&settings.events.events_url, foundation);
        let print = async |event: Event| news::print(&event).map_err(Failure::poison);
        let mails = settings.print_mails.then(|| broker.subscribe("users.mails", &news::MAILS, print));
        let tasks = Tasks {
            _upkeep: Upkeep::start(store.clone(), clock.clone(), Arc::clone(&sealer), ids.clone()),
            _relay: Relay::start(StoreOutbox::of(&store, &*ids), &broker),
            _mails: mails,
        };
        Ok(Self { store, clock, ids, sealer, hasher, throttle, own_tokens, settings, _tasks: tasks })
    }

    async fn migrate(settings: Settings) -> Result<String, StartError> {
        let store = open(&settings, &Foundation::default()).await?;
        Ok(format!("the store has {} documents, and needs no migration", store.read().len()))
    }

    fn document() -> utoipa::openapi::OpenApi {
        Document::openapi()
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        routes::configure(config);
    }

    async fn readiness(&self) -> Readiness {
        // not the broker: mails may be late, and logins need none
        Readiness::default().with("storage", self.store.ready())
    }

    fn token_verifier(&self) -> Option<Arc<dyn TokenVerifier>> {
        Some(Arc::clone(&self.own_tokens) as Arc<dyn TokenVerifier>)
    }
}

async fn open(settings: &Settings, foundation: &Foundation) -> Result<Store, StartError> {
    let schema =
        Schema::default().with::<Account>().with::<EmailTaken>().with::<Session>().with::<Link>().with::<StoredKey>();
    Ok(Store::open(&settings.store.or_file("data/users.db"), "users", schema, &*foundation.ids).await?)
}

/// Characters of a `User-Agent` that are kept: what a list of sessions shows of it.
const USER_AGENT: usize = 200;

impl Users {
    fn now(&self) -> i64 {
        self.clock.unix_seconds()
    }

    fn news(&self) -> News {
        News::of_now(&*self.ids, &*self.clock)
    }

    fn address(&self, request: &HttpRequest) -> IpAddr {
        self.settings.trusted_proxies.client_of(request).address()
    }

    /// Who acts, for the audit log.
    fn actor(&self, person: Option<&Person>, request: &HttpRequest) -> Actor {
        let network = address::shortened(self.address(request));
        Actor::of(person.map(|person| &person.0), self.now(), network)
    }

    fn device(&self, request: &HttpRequest) -> Device {
        let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let user_agent = agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect();
        Device { user_agent, network: address::shortened(self.address(request)) }
    }

    /// Count a try of a stranger.
    fn admit(&self, request: &HttpRequest) -> Result<IpAddr, ApiError> {
        let address = self.address(request);
        let wait = self.throttle.admit(address, self.now());
        wait.map(|()| address).map_err(|seconds| {
            tracing::info!(network = address::shortened(address), "an address is slowed down");
            ApiError::too_many_requests(seconds)
        })
    }
}
