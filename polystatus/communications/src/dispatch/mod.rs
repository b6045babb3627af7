//! What sends: one loop for mails and one for webhooks, on one instance at a time.
//!
//! ```text
//!   lease ──▶ recover ──▶ ┌ fan out ──▶ claim ──▶ send ──▶ settle ┐
//!     ▲                   └───────────────◀───────────────────────┘
//!     └── lost or run out
//! ```
//!
//! What is claimed is written down before it is sent, and what became of it after. A crash between the two leaves rows in
//! `sending`, which [`recover`](crate::writes::recover) queues again. So nothing is lost, and what may be sent twice is
//! what was on the wire at that moment: at most as many mails as there are connections. No protocol closes that window:
//! between the server's 250 and our commit lies a network (RFC 5321, 4.5.3.2.6 says the same). The second mail has the
//! `Message-ID` of the first, by which mailboxes that drop duplicates drop it; a webhook has its `webhook-id`.
//!
//! Whoever has lost the lease in the middle and does not know it yet can still send. It can no longer write: each claim has
//! a number, and what became of a message is written only under the number of its last claim.

mod figures;
mod lease;
mod messages;
mod sender;

pub use figures::Figures;
pub use sender::{Dispatcher, Sender};

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient's server has it.
    Sent,
    /// Never: another attempt would end the same.
    Refused(String),
    /// Not this one now.
    NotNow(String),
    /// Nothing can be sent now, whatever it is.
    Away(String),
    /// There is nobody any more, for good.
    Gone,
    /// Its recipient has unsubscribed meanwhile.
    Unwanted,
}
