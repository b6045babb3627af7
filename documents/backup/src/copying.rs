//! The work: follow the feed of the documents API, change by change.
//!
//! A round reads a page of the feed behind the position, fetches its contents, some at once, and writes the changes into
//! the catalogue in their order. Rounds follow one another while there is news; then the next one waits for a hint, or for
//! a while. What the API does not give is noted as missing, and asked for beside the rounds until it comes. Whatever else
//! goes wrong ends the round, is shown, and is tried again: the position says where.

mod feed;
mod fetch;
mod hints;
mod mend;
mod round;
mod standing;

use std::sync::Arc;
use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::client::{Peer, PeerError};
use chassis::clock::SharedClock;
use chassis::ids::SharedIds;
use tokio::sync::{Notify, Semaphore};

pub use self::hints::Hints;
use self::round::LastSeen;
pub use self::standing::{Part, Standing};
use crate::catalogue::{Catalogue, CatalogueError};
use crate::figures::Figures;
use crate::folder::Folder;

/// The first pause after something has failed, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Why a round has ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The documents API cannot be asked.
    #[error(transparent)]
    Documents(#[from] PeerError),
    /// It answers otherwise than it should.
    #[error("{0}")]
    Feed(String),
    /// No room in the folder, or a disk that fails.
    #[error("the backup's folder cannot be written: {0}")]
    Disk(#[from] std::io::Error),
    /// The catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

impl Stopped {
    /// What has failed.
    fn part(&self) -> Part {
        match self {
            Self::Documents(_) | Self::Feed(_) => Part::Documents,
            Self::Disk(_) | Self::Catalogue(_) => Part::Folder,
        }
    }
}

/// Whoever copies.
pub struct Copier {
    /// What is known of the files.
    pub catalogue: Catalogue,
    /// Where the contents lie.
    pub folder: Folder,
    /// The documents API.
    pub documents: Peer,
    /// The same, for contents: when many of them fail, the feed is asked all the same.
    pub contents: Peer,
    /// Turns of large contents.
    pub large: Semaphore,
    /// Somebody has noted that a content is missing.
    pub lacking: Notify,
    /// How the work stands.
    pub standing: Arc<Standing>,
    /// What is to be seen of it.
    pub figures: Figures,
    /// The time.
    pub clock: SharedClock,
    /// Randomness, for pauses.
    pub ids: SharedIds,
}

impl Copier {
    /// Copy for ever. `news` wakes it; without it, it looks every so often.
    pub async fn copy_all(self: Arc<Self>, news: Arc<Notify>, poll: Duration) {
        let (mut failures, mut last) = (0, LastSeen::default());
        loop {
            let done = async {
                while self.round(&mut last).await? {}
                Ok::<_, Stopped>(())
            };
            let pause = match done.await {
                Ok(()) => {
                    failures = 0;
                    self.standing.well();
                    poll
                }
                Err(stopped) => {
                    tracing::error!(%stopped, failures, "nothing is copied until this is mended");
                    self.standing.stopped(stopped.part());
                    failures += 1;
                    full_jitter(FIRST_PAUSE, LONGEST_PAUSE, failures, &*self.ids)
                }
            };
            self.figures.stopped(self.standing.part());
            // news says that the API is there; of a disk that is full it says nothing
            let hears = self.standing.part() != Some(Part::Folder);
            tokio::select! {
                () = news.notified(), if hears => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
