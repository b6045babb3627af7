//! What a handler says when it could not do its work.

use std::fmt::Display;

use actix_web::ResponseError;
use actix_web::http::StatusCode;
use chassis::ApiError;
use store::StoreError;

use crate::Malformed;

/// Why an event was not handled, and so what is to become of it. The event is the first in its queue, and those behind it
/// wait: what cannot be helped must not hold them up, and what passes by itself must not cost an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// What the handler stands on is away, its database for one. The event is tried again, for as long as it takes: the
    /// next one would fare no better.
    #[error("{0}")]
    Unavailable(String),
    /// It did not work, and nobody knows why. The event is tried again a few times, then it is a dead letter.
    #[error("{0}")]
    Failed(String),
    /// This event can never be handled. It is a dead letter at once.
    #[error("{0}")]
    Poison(String),
}

impl Failure {
    /// What the handler stands on is away.
    pub fn unavailable(reason: impl Display) -> Self {
        Self::Unavailable(reason.to_string())
    }

    /// It did not work.
    pub fn failed(reason: impl Display) -> Self {
        Self::Failed(reason.to_string())
    }

    /// This event can never be handled.
    pub fn poison(reason: impl Display) -> Self {
        Self::Poison(reason.to_string())
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::poison(malformed)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error)
    }
}

impl From<ApiError> for Failure {
    /// 503 is what a service says of its own store.
    fn from(error: ApiError) -> Self {
        if error.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            Self::unavailable(error)
        } else {
            Self::failed(error)
        }
    }
}
