//! Contents, from the API into the folder.

use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::client::PeerError;
use tokio::time::Instant;

use super::{Copier, Stopped};
use crate::folder::{Incoming, WriteError};
use crate::model::FileVersion;

/// How often a content that comes otherwise than it should is fetched: a network that turns bits over does it seldom
/// twice, a disk that does it does it always.
const ATTEMPTS: u32 = 3;

/// The pauses between.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long the API may say nothing in the middle of a content.
const SILENCE: Duration = Duration::from_secs(20);

/// From this size on a content is large: few of them are fetched at once, since each holds more memory and the disk is
/// busy with one alone.
const LARGE: u64 = 1 << 20;

/// What became of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fetched {
    /// It is here.
    Here,
    /// The API does not give it, for this reason. Whether the API gives anything else is not said.
    Lacking(String),
}

/// One attempt that has failed.
enum Failure {
    /// Another one may go better.
    Passing(String),
    /// Another one will not.
    Lasting(String),
    /// Others have failed so often that none is made before this moment.
    Paused(Instant),
    /// It is not about this content.
    Stopped(Stopped),
}

impl Copier {
    /// Fetch the content of this version.
    pub(super) async fn fetch(&self, file: &FileVersion) -> Result<Fetched, Stopped> {
        // never closed
        let _turn = if file.size >= LARGE { self.large.acquire().await.ok() } else { None };
        let mut attempt = 0;
        loop {
            let why = match self.fetch_once(file).await {
                Ok(()) => return Ok(Fetched::Here),
                Err(Failure::Stopped(stopped)) => return Err(stopped),
                Err(Failure::Lasting(why)) => return Ok(Fetched::Lacking(why)),
                Err(Failure::Paused(until)) => {
                    tokio::time::sleep_until(until.max(Instant::now() + FIRST_PAUSE)).await;
                    continue;
                }
                Err(Failure::Passing(why)) => why,
            };
            attempt += 1;
            if attempt == ATTEMPTS {
                return Ok(Fetched::Lacking(why));
            }
            tracing::warn!(%file, why, attempt, "a content came otherwise than it should: again");
            tokio::time::sleep(full_jitter(FIRST_PAUSE, LONGEST_PAUSE, attempt, &*self.ids)).await;
        }
    }

    async fn fetch_once(&self, file: &FileVersion) -> Result<(), Failure> {
        let call = self.contents.get("/api/v1/files").segment(file.id).segment("versions").segment(file.version);
        let mut stream = call.segment("content").stream(SILENCE).await.map_err(failure)?;
        let mut incoming = Incoming::begin(&self.folder, file.sha256, file.size);
        while let Some(piece) = stream.piece().await.map_err(failure)? {
            let bytes = piece.len() as u64;
            if !incoming.write(piece).await {
                break;
            }
            self.figures.bytes(bytes);
        }
        incoming.finish().await.map_err(|error| match error {
            WriteError::Disk(error) => Failure::Stopped(error.into()),
            other @ WriteError::Other { .. } => Failure::Passing(other.to_string()),
        })
    }
}

/// What an answer that is none says of one content.
fn failure(error: PeerError) -> Failure {
    match &error {
        // nobody is there; or we may not ask, which is so for all of them
        PeerError::Unreachable { .. } | PeerError::Invalid { .. } => Failure::Stopped(error.into()),
        PeerError::Refused { status, .. } if matches!(status.as_u16(), 401 | 403) => Failure::Stopped(error.into()),
        PeerError::Refused { status, .. } if matches!(status.as_u16(), 404 | 410) => {
            Failure::Lasting(format!("the API has it no more ({})", status.as_u16()))
        }
        PeerError::Refused { .. } => Failure::Lasting(error.to_string()),
        PeerError::Open { until, .. } => Failure::Paused(*until),
        _ => Failure::Passing(error.to_string()),
    }
}
