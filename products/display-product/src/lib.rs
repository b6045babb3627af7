//! The product catalogue as pages.
//!
//! It has no database: what it shows is what read-product answers, and what people send goes to add-product. When the
//! first is away the pages show the last list and say how old it is ([`peers`]); when the second is away the form keeps
//! what was typed ([`routes`]).

pub mod assets;
pub mod pages;
pub mod peers;
mod reader;
mod routes;
pub mod settings;
pub mod texts;

use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use chassis::probes::Readiness;
use chassis::service::Foundation;
use chassis::{Service, StartError};
use logins::Throttle;
use utoipa::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::assets::Shelf;
use crate::peers::{Adding, Reading};
use crate::settings::{Right, Settings};

/// The service.
pub struct DisplayProduct {
    reading: Reading,
    adding: Adding,
    right: Right,
    shelf: Shelf,
    throttle: Throttle,
    clock: SharedClock,
    ids: SharedIds,
    settings: Settings,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Products: pages",
        description = "The catalogue for people. Pages are open; the form wants a token that add-product takes, unless \
                       the settings open it to everybody.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Pages", description = "What people read and send"),
        (name = "Operations", description = "Probes and figures"),
    )
)]
struct Document;

impl Service for DisplayProduct {
    const NAME: &'static str = env!("CARGO_PKG_NAME");
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ABOUT: &'static str = env!("CARGO_PKG_DESCRIPTION");
    const PORT: u16 = 7102;
    type Settings = Settings;

    async fn open(settings: Settings, foundation: &Foundation) -> Result<Self, StartError> {
        let right = settings.right()?;
        let (clock, ids) = (foundation.clock.clone(), foundation.ids.clone());
        Ok(Self {
            reading: Reading::of(&settings.read_url, clock.clone(), ids.clone())?,
            adding: Adding::of(&settings.add_url, ids.clone())?,
            right,
            shelf: Shelf::new(),
            throttle: Throttle::new(settings.forms_per_minute),
            clock,
            ids,
            settings,
        })
    }

    async fn migrate(_: Settings) -> Result<String, StartError> {
        Ok("there is no database here".to_owned())
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
        // not the peers: without them the pages answer from what was known, and taking them away would help nobody
        Readiness::default()
    }
}
