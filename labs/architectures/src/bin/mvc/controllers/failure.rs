//! What a client is told when the model refuses.

use actix_multipart::MultipartError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;
use thiserror::Error;

use crate::models::ModelError;

/// A refusal.
#[derive(Debug, Error)]
pub enum Failure {
    /// The model's.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A form without a file, or one that cannot be read.
    #[error("The form cannot be read: {0}")]
    Form(String),
    /// Nobody whom we know.
    #[error("The token is not valid")]
    Unknown,
    /// A page cannot be made, or a thread has ended.
    #[error("{0}")]
    Internal(String),
}

impl From<MultipartError> for Failure {
    fn from(error: MultipartError) -> Self {
        Self::Form(error.to_string())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Model(ModelError::NotFound) => StatusCode::NOT_FOUND,
            Self::Form(_) => StatusCode::BAD_REQUEST,
            Self::Unknown => StatusCode::UNAUTHORIZED,
            Self::Model(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({"error": self.to_string()}))
    }
}
