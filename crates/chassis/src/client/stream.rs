//! An answer that does not end: read piece by piece, for as long as the peer speaks.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use tokio::time::timeout;

use super::PeerError;
use super::attempt::failure_of;

/// The body of an answer such as a stream of server-sent events.
///
/// It has no limit in time and size: whoever reads it keeps no more than they need. A peer that says nothing for too
/// long is taken for gone, since a connection whose other end has lost its power breaks by itself only after hours.
#[derive(Debug)]
pub struct Stream {
    peer: Arc<str>,
    answer: reqwest::Response,
    silence: Duration,
}

impl Stream {
    pub(super) fn of(peer: Arc<str>, answer: reqwest::Response, silence: Duration) -> Result<Self, PeerError> {
        let status = answer.status();
        if status == StatusCode::OK {
            return Ok(Self { peer, answer, silence });
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(PeerError::Failing { peer, status, retry_after: None });
        }
        let message = status.canonical_reason().unwrap_or("no reason given").to_owned();
        Err(PeerError::Refused { peer, status, message })
    }

    /// The next piece, as it came over the network: it may begin and end anywhere. `None`: the peer has ended it.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes for too long.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, PeerError> {
        let piece = timeout(self.silence, self.answer.chunk()).await;
        let piece = piece.map_err(|_| PeerError::Timeout { peer: Arc::clone(&self.peer), after: self.silence })?;
        piece.map_err(|error| failure_of(&self.peer, error))
    }
}
