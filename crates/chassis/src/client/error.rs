//! What can go wrong when a peer is called.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::Instant;

/// Why a call gave no usable answer. Each message names the peer.
///
/// After a [`Timeout`](Self::Timeout) or [`Broken`](Self::Broken), nobody knows whether the peer has done what it was
/// asked: only what may be repeated was repeated.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// No connection: nothing was sent.
    #[error("cannot connect to {peer}: {reason}")]
    Unreachable {
        /// Who was called.
        peer: Arc<str>,
        /// What the system says.
        reason: String,
    },
    /// No whole answer in time.
    #[error("{peer} did not answer within {after:.1?}")]
    Timeout {
        /// Who was called.
        peer: Arc<str>,
        /// How long the last attempt was waited for.
        after: Duration,
    },
    /// The connection ended in the middle, or what came is not HTTP.
    #[error("the connection to {peer} broke: {reason}")]
    Broken {
        /// Who was called.
        peer: Arc<str>,
        /// What the system says.
        reason: String,
    },
    /// The peer said that it cannot answer: 429 or 5xx.
    #[error("{peer} cannot answer now: {status}")]
    Failing {
        /// Who was called.
        peer: Arc<str>,
        /// What it answered.
        status: StatusCode,
        /// When it wants to be asked again (RFC 9110, section 10.2.3).
        retry_after: Option<Duration>,
    },
    /// The peer has failed so often that it is left alone: nothing was sent.
    #[error("{peer} keeps failing and is left alone for a moment")]
    Open {
        /// Who was to be called.
        peer: Arc<str>,
        /// When the next call will be let through.
        until: Instant,
    },
    /// The answer is larger than [`Limits::body`](super::Limits::body).
    #[error("the answer of {peer} is larger than {limit} bytes")]
    TooLarge {
        /// Who was called.
        peer: Arc<str>,
        /// In bytes.
        limit: usize,
    },
    /// The peer understood the call and does not do it: 4xx; or it answered with a redirect, which is never followed.
    #[error("{peer} refused the call with {status}: {message}")]
    Refused {
        /// Who was called.
        peer: Arc<str>,
        /// What it answered.
        status: StatusCode,
        /// The `error` of its answer, if it has our shape; else the status in words.
        message: String,
    },
    /// The answer is not the JSON that was expected.
    #[error("cannot read the answer of {peer}: {source}")]
    Unreadable {
        /// Who was called.
        peer: Arc<str>,
        /// Where it is wrong.
        source: serde_json::Error,
    },
    /// The call itself is wrong (a header with a line break, a path with `..`): nothing was sent.
    #[error("cannot call {peer}: {reason}")]
    Invalid {
        /// Who was to be called.
        peer: Arc<str>,
        /// What is wrong with it.
        reason: String,
    },
}

impl PeerError {
    /// Whether the peer is to blame and may answer later: the caller does without it, or answers 503.
    pub fn is_unavailable(&self) -> bool {
        use PeerError::{Broken, Failing, Open, Timeout, Unreachable};
        matches!(self, Unreachable { .. } | Timeout { .. } | Broken { .. } | Failing { .. } | Open { .. })
    }

    /// How long to wait before another call makes sense, where that is known: for the `Retry-After` of one's own answer.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Failing { retry_after, .. } => *retry_after,
            Self::Open { until, .. } => Some(until.saturating_duration_since(Instant::now())),
            _ => None,
        }
    }

    /// Who was called.
    pub fn peer(&self) -> &str {
        match self {
            Self::Unreachable { peer, .. }
            | Self::Timeout { peer, .. }
            | Self::Broken { peer, .. }
            | Self::Failing { peer, .. }
            | Self::Open { peer, .. }
            | Self::TooLarge { peer, .. }
            | Self::Refused { peer, .. }
            | Self::Unreadable { peer, .. }
            | Self::Invalid { peer, .. } => peer,
        }
    }

    /// Whether the circuit breaker counts it. A 429 it does not: a peer that refuses politely is alive.
    pub(super) fn counts_as_failure(&self) -> bool {
        match self {
            Self::Failing { status, .. } => status.is_server_error(),
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Broken { .. } => true,
            _ => false,
        }
    }

    /// Whether another attempt may go better. A 500 it will not: that is a fault in the peer's code, met again each time.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Failing { status, .. } => matches!(status.as_u16(), 429 | 502 | 503 | 504),
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Broken { .. } => true,
            _ => false,
        }
    }

    /// A short name for metrics and traces.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout { .. } => "timeout",
            Self::Broken { .. } => "broken",
            Self::Failing { .. } => "failing",
            Self::Open { .. } => "open",
            Self::TooLarge { .. } => "too_large",
            Self::Refused { .. } => "refused",
            Self::Unreadable { .. } => "unreadable",
            Self::Invalid { .. } => "invalid",
        }
    }
}
