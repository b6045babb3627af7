//! One event for one recipient: the state machine of everything that leaves the house.
//!
//! ```text
//!            claim             answer yes
//!   queued ────────▶ sending ────────────▶ sent
//!     ▲                │  └──────────────▶ failed      refused for good, or too many attempts
//!     └────────────────┘
//!       not now: try again later           cancelled   the recipient has unsubscribed meanwhile
//! ```
//!
//! The key is made of both, so nobody is queued for an event twice. `sending` is written before the first byte is sent:
//! after a crash the delivery is found in it, and sent again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// As a mail.
    Email,
    /// As an HTTP request.
    Webhook,
}

impl Channel {
    /// The word for it, in figures and in indexes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits, for its turn or for another attempt.
    Queued,
    /// It is being sent.
    Sending,
    /// The recipient's server has taken it.
    Sent,
    /// It was given up.
    Failed,
    /// Its recipient does not want it any more.
    Cancelled,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Cancelled];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will come of it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Cancelled)
    }
}

/// One event for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The notice's id.
    pub event: String,
    /// A subscription's or a webhook's id, or `to` for the one address of a notice.
    pub recipient: String,
    /// How it travels.
    pub channel: Channel,
    /// To what the event happened: what waits for one recipient about one subject is sent as one message.
    pub subject: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// When it was queued, in Unix seconds.
    pub queued_at: i64,
    /// Not to be sent before.
    pub due_at: i64,
    /// When it was sent, failed or cancelled.
    pub ended_at: Option<i64>,
    /// Why the last attempt did not do.
    pub last_error: Option<String>,
    /// The message that it is, or was, a part of.
    pub message: Option<String>,
    /// Who has it in hand: the revision of the store at which it was claimed; 0 when its attempt has ended.
    ///
    /// A fencing token. Attempts cannot be one, since those that do not count are taken back.
    #[serde(default)]
    pub fence: u64,
}

impl Delivery {
    /// A new one.
    pub fn queued(event: &str, recipient: &str, channel: Channel, subject: &str, now: i64, due_at: i64) -> Self {
        Self {
            event: event.to_owned(),
            recipient: recipient.to_owned(),
            channel,
            subject: subject.to_owned(),
            state: DeliveryState::Queued,
            attempts: 0,
            queued_at: now,
            due_at,
            ended_at: None,
            last_error: None,
            message: None,
            fence: 0,
        }
    }

    /// The recipient of a notice that goes to one address.
    pub const ONE: &'static str = "to";

    /// Its key in the store.
    pub fn key_of(event: &str, recipient: &str) -> String {
        format!("{event}/{recipient}")
    }

    /// What waits for one recipient about one subject.
    pub fn thread(&self) -> String {
        format!("{} {}", self.recipient, self.subject)
    }
}
