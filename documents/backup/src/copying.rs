//! The work: follow the feed of the documents API, change by change.
//!
//! A round reads a page of the feed behind the position, fetches its contents, some at once, and writes the changes into
//! the catalogue in their order. Rounds follow one another while there is news; then the next one waits for a hint, or for
//! a while. Whatever goes wrong ends the round, is shown, and is tried again: the position says where.

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
use tokio::sync::Notify;

pub use self::hints::Hints;
pub use self::standing::{Part, Standing};
use crate::catalogue::{Catalogue, CatalogueError};
use crate::figures::Figures;
use crate::folder::{Folder, WriteError};
use crate::model::{ContentState, FileVersion};

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
    /// A content came several times otherwise than the feed says.
    #[error("the content of {version} is wrong: {cause}")]
    Wrong {
        /// Whose.
        version: FileVersion,
        /// What came.
        cause: WriteError,
    },
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
            Self::Wrong { .. } => Part::Content,
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
    pub async fn run(self, news: Arc<Notify>, poll: Duration) {
        // what the API had no more may be there again: asked once, since it may be very much
        let mut mends = vec![ContentState::Missing, ContentState::Damaged];
        let mut failures = 0;
        loop {
            let done = async {
                while self.round().await? {}
                for state in std::mem::take(&mut mends) {
                    self.mend(state).await?;
                }
                Ok::<_, Stopped>(())
            }
            .await;
            let unwell = self.catalogue.unwell().await.unwrap_or_default();
            self.figures.unwell(unwell);
            let pause = match done {
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
            let hears = !matches!(self.standing.part(), Some(Part::Folder | Part::Content));
            tokio::select! {
                () = news.notified(), if hears => {}
                () = tokio::time::sleep(pause) => {}
            }
            if !mends.contains(&ContentState::Damaged) {
                mends.push(ContentState::Damaged);
            }
        }
    }
}
