//! Why something was not written.

use std::fmt::Display;

use chassis::ApiError;

use crate::StoreUrl;

/// Why the storage could not be opened: a sentence for whoever started the service.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {storage}: {reason}")]
pub struct OpenError {
    storage: String,
    reason: String,
}

impl OpenError {
    pub(crate) fn new(url: &StoreUrl, reason: &dyn Display) -> Self {
        Self { storage: format!("{url:?}"), reason: reason.to_string() }
    }
}

/// Why something was not written or read. The cause is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The storage cannot be reached. Nothing was changed.
    #[error("The storage cannot be reached: nothing was changed")]
    Unreachable,
    /// The storage was asked and did not confirm: all was changed, or nothing. While the question is still on its way, as
    /// in a network that hangs, that may even be decided later.
    #[error("The storage did not confirm the change: read whether it was made before you try again")]
    Unconfirmed,
    /// Too much waits already. Nothing was changed.
    #[error("Too many changes wait already: try again")]
    Busy,
    /// The storage holds less than it had acknowledged, or is another. Nothing is written to it before somebody has
    /// looked; then a restart accepts what it holds.
    #[error("The storage has lost what it had, or is another one: nothing was changed")]
    Lost,
    /// The closure panicked, or left more than [`PER_TRANSACTION`](crate::PER_TRANSACTION) events or entries of logs, or
    /// [`DOCUMENTS_PER_TRANSACTION`](crate::DOCUMENTS_PER_TRANSACTION): our own fault, and in the log.
    #[error("Something went wrong on our side")]
    Failed,
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Failed => Self::internal(&error),
            // as long as a restart of Redis takes
            _ => Self::unavailable(error.to_string(), 1),
        }
    }
}
