//! Contents, from the API into the folder.

use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::client::PeerError;

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

impl Copier {
    /// Fetch the content of this version. Whether the API has it.
    pub(super) async fn fetch(&self, file: &FileVersion) -> Result<bool, Stopped> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.fetch_once(file).await? {
                Ok(found) => return Ok(found),
                Err(WriteError::Disk(error)) => return Err(error.into()),
                Err(cause @ WriteError::Other { .. }) if attempt == ATTEMPTS => {
                    return Err(Stopped::Wrong { version: file.clone(), cause });
                }
                Err(cause @ WriteError::Other { .. }) => {
                    tracing::warn!(%file, %cause, attempt, "a content came otherwise than it should: again");
                    tokio::time::sleep(full_jitter(FIRST_PAUSE, LONGEST_PAUSE, attempt, &*self.ids)).await;
                }
            }
        }
    }

    async fn fetch_once(&self, file: &FileVersion) -> Result<Result<bool, WriteError>, Stopped> {
        let call = self.documents.get("/api/v1/files").segment(file.id).segment("versions").segment(file.version);
        let call = call.segment("content");
        let mut stream = match call.stream(SILENCE).await {
            Err(PeerError::Refused { status, .. }) if matches!(status.as_u16(), 404 | 410) => return Ok(Ok(false)),
            opened => opened?,
        };
        let mut incoming = Incoming::begin(&self.folder, file.sha256, file.size);
        while let Some(piece) = stream.piece().await? {
            let bytes = piece.len() as u64;
            if !incoming.write(piece).await {
                break;
            }
            self.figures.bytes(bytes);
        }
        Ok(incoming.finish().await.map(|()| true))
    }
}
