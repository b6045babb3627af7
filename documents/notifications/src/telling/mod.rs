//! Telling a change once, however often and to how many instances it comes.

mod alone;
mod pace;
mod shared;

use chassis::service::StartError;

use self::alone::Told;
pub use self::pace::Pace;
use self::shared::Shared;
use crate::answer::Refusal;
use crate::audience::Audience;
use crate::change::{Change, FileEvent};
use crate::figures::Figures;
use crate::settings::Settings;

/// Tells changes.
pub struct Teller {
    audience: Audience,
    figures: Figures,
    way: Way,
}

/// How others hear of it.
enum Way {
    /// All who listen are here.
    Alone(Told),
    /// They may be at other instances too.
    Shared(Box<Shared>),
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is told.
    Told,
    /// It was told before.
    Repeated,
}

impl Teller {
    /// Alone, or together with the others on this Redis.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(settings: &Settings, audience: &Audience, figures: &Figures) -> Result<Self, StartError> {
        let way = match &settings.redis_url {
            None => Way::Alone(Told::default()),
            Some(url) => {
                let shared = Shared::start(url, &settings.redis_namespace, audience.clone(), figures.clone())?;
                Way::Shared(Box::new(shared))
            }
        };
        Ok(Self { audience: audience.clone(), figures: figures.clone(), way })
    }

    /// Tell this change to all whom it concerns, unless it was told before. When this returns, it is certain to be told
    /// at every instance that lives.
    ///
    /// # Errors
    /// When it cannot be told to all now. Then it was told to none, or nobody knows: whoever sends it again does no harm.
    pub async fn tell(&self, event: FileEvent, change: &Change) -> Result<Outcome, Refusal> {
        let outcome = match &self.way {
            Way::Alone(told) => {
                let tell = self.audience.tell(change.file.user_id, change.packet(event), &self.figures);
                if told.once(change, tell).await { Outcome::Told } else { Outcome::Repeated }
            }
            Way::Shared(shared) => shared.tell(event, change).await.map_err(|error| {
                tracing::warn!(%error, "a change cannot be told to the other instances");
                Refusal::not_now("Redis cannot be reached: send it again", Some(1))
            })?,
        };
        match outcome {
            Outcome::Told => self.figures.told(event),
            Outcome::Repeated => self.figures.repeated(),
        }
        Ok(outcome)
    }

    /// Whether who begins to listen now hears everything from now on.
    ///
    /// # Errors
    /// When it is not known yet what the others tell.
    pub fn hears(&self) -> Result<(), Refusal> {
        match &self.way {
            Way::Shared(shared) if !shared.has_begun() => {
                Err(Refusal::not_now("Redis cannot be reached, through which changes come: try again", Some(1)))
            }
            _ => Ok(()),
        }
    }

    /// Whether all can be told; else why not.
    ///
    /// # Errors
    /// Why not.
    pub fn ready(&self) -> Result<(), &'static str> {
        match &self.way {
            Way::Alone(_) => Ok(()),
            Way::Shared(shared) => shared.ready(),
        }
    }
}
