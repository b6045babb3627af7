//! Where a relay finds what was said and not yet sent.

use std::error::Error;

use bytes::Bytes;

/// An event that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its place among all events of this outbox.
    pub position: u64,
    /// The event, as JSON.
    pub event: Bytes,
}

/// Why an outbox could not be read or written: a sentence for a log.
pub type OutboxError = Box<dyn Error + Send + Sync>;

/// What was said and not yet sent, in order. It was written in the same step as what it tells of; that step is the
/// business of whoever keeps it.
///
/// Order stands on two promises: positions grow, and are never given twice; and an event is to be seen only when all
/// before it are. A relay that saw the tenth before the ninth would never send the ninth.
///
/// Only [`lease`](Outbox::lease) may be left out. Two relays at one outbox cost work and nothing else: each sends in
/// order, and begins where all before has been confirmed; so whatever they send twice, the first of each pair comes in
/// order, and consumers drop the second.
pub trait Outbox: Send + 'static {
    /// The oldest events that wait, at most `limit`, the oldest first.
    fn pending(&mut self, limit: usize) -> impl Future<Output = Result<Vec<Pending>, OutboxError>> + Send;

    /// All up to this position were sent: none of them is pending any more.
    fn sent(&mut self, upto: u64) -> impl Future<Output = Result<(), OutboxError>> + Send;

    /// How many wait.
    fn count(&mut self) -> impl Future<Output = Result<u64, OutboxError>> + Send;

    /// Returns when there may be something to send, also when it came after the last look. May return early.
    fn wait(&mut self) -> impl Future<Output = ()> + Send;

    /// Whether this relay may send now: false while another one does. Asked before each look.
    fn lease(&mut self) -> impl Future<Output = Result<bool, OutboxError>> + Send {
        std::future::ready(Ok(true))
    }
}
