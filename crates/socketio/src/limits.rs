//! What one server may cost us.

use std::time::Duration;

/// The longest silence that is borne, whatever the server says of its heart-beat: the official server's is 45 s.
pub(crate) const LONGEST_SILENCE: Duration = Duration::from_mins(5);

/// Bounds of one connection.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long it may take until the connection stands, from the name's look-up to the server's consent; and as long
    /// again for a clean close.
    pub opening: Duration,
    /// Bytes that a message of the server may have. A larger one ends the connection.
    pub message_bytes: usize,
    /// Events that may wait for [`next`](crate::Connection::next). One more ends the connection: to read no further
    /// instead would hold up the heart-beats, and end it as well, but later and for a reason that says nothing.
    pub unread: usize,
    /// Messages that may wait for the network. One more is refused.
    pub unsent: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { opening: Duration::from_secs(10), message_bytes: 1 << 20, unread: 1024, unsent: 1024 }
    }
}
