//! A peer's stream of server-sent events, as an alarm clock.

use std::time::Duration;

use chassis::client::{Peer, PeerError};
use tokio::sync::Notify;
use tokio::time::sleep;

/// After so much silence the peer is taken for gone: it says something every 15 seconds.
const SILENCE: Duration = Duration::from_secs(40);

/// How long is waited until the next try.
const AGAIN: Duration = Duration::from_secs(2);

/// Wake `news` at each event, for as long as the service runs.
pub(super) async fn listen(peer: &Peer, path: &str, news: &Notify) {
    loop {
        if let Err(error) = one(peer, path, news).await {
            tracing::debug!(peer = peer.name(), %error, "its stream broke");
        }
        sleep(AGAIN).await;
    }
}

async fn one(peer: &Peer, path: &str, news: &Notify) -> Result<(), PeerError> {
    let mut stream = peer.get(path).header("accept", "text/event-stream").stream(SILENCE).await?;
    // whatever was told while nobody listened
    news.notify_one();
    let mut lines = Lines::default();
    while let Some(piece) = stream.piece().await? {
        if lines.tell_of_an_event(&piece) {
            news.notify_one();
        }
    }
    Ok(())
}

/// Where in a line the stream is. Nothing of it is kept: a peer that sends a line without end costs no memory.
#[derive(Debug, Default)]
struct Lines {
    /// How many bytes of a line there were that begins as a line of data does; none in a line of another kind.
    place: usize,
    other: bool,
}

/// A line of data: what each event has (HTML standard, 9.2.6), and a comment has not.
const DATA: &[u8] = b"data:";

impl Lines {
    /// Whether this piece holds the beginning of a line of data, or ends one.
    fn tell_of_an_event(&mut self, piece: &[u8]) -> bool {
        let mut told = false;
        for byte in piece {
            if matches!(byte, b'\n' | b'\r') {
                *self = Self::default();
            } else if !self.other && self.place < DATA.len() {
                self.other = DATA[self.place] != *byte;
                self.place += 1;
                told |= !self.other && self.place == DATA.len();
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_wakes_and_a_comment_does_not() {
        let mut lines = Lines::default();
        assert!(!lines.tell_of_an_event(b"retry: 2000\n\n:\n\nid: 5\nevent: data:\nda"));
        assert!(lines.tell_of_an_event(b"ta: {}"));
        assert!(!lines.tell_of_an_event(b"data:\n:data:\n data:\n"));
        assert!(lines.tell_of_an_event(b"data:"));
    }
}
