//! What stands in the paths.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use chassis::ApiError;
use utoipa::IntoParams;

use crate::writes::Idempotency;

/// The id of an entry in a path.
pub(crate) struct EntryId(pub String);

impl FromRequest for EntryId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("entry").unwrap_or_default().to_owned())))
    }
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of a client's key at most.
const LONGEST_KEY: usize = 255;

impl FromRequest for Idempotency {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return ready(Ok(Self(None))) };
        let fits =
            |key: &&str| (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let key = key.to_str().ok().filter(fits).map(|key| Self(Some(key.to_owned())));
        ready(key.ok_or_else(|| {
            ApiError::bad_request(
                "The Idempotency-Key must have 1 to 255 letters, digits and signs of ASCII, without blanks",
            )
        }))
    }
}

/// The incident in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct IncidentInPath {
    /// The incident's id.
    #[param(example = "INC-1JN7W800000000000")]
    id: String,
}

/// The entry of a timeline in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by EntryId")]
pub(crate) struct EntryInPath {
    /// The entry's id.
    #[param(example = "TL-1JN7W800000000000")]
    entry: String,
}

/// The service in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct ServiceInPath {
    /// The service's id.
    #[param(example = "checkout")]
    id: String,
}

/// The user in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct UserInPath {
    /// The user's id.
    #[param(example = "api-token")]
    id: String,
}

/// `Idempotency-Key`, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description: the header is read by Idempotency")]
pub(crate) struct IdempotencyHeader {
    /// A text of the client's choice: the same request under the same key, within a day, opens nothing more and is
    /// answered with the incident of the first.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$",
        example = "0c1f9a56"
    )]
    idempotency_key: String,
}
