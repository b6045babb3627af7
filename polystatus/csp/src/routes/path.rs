//! What stands in the paths and headers.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use chassis::ApiError;
use utoipa::IntoParams;

/// The provider in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by chassis::path::Id")]
pub(crate) struct ProviderInPath {
    /// The provider's id.
    #[param(example = "github")]
    id: String,
}

/// A text of the client's choice, by which a request that is repeated is known again.
pub(crate) struct Idempotency(pub Option<String>);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of a client's key at most: the incidents service takes 255, and ours has the client in front of it.
const LONGEST_KEY: usize = 200;

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
                "The Idempotency-Key must have 1 to 200 letters, digits and signs of ASCII, without blanks",
            )
        }))
    }
}

/// `Idempotency-Key`, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description: the header is read by Idempotency")]
pub(crate) struct IdempotencyHeader {
    /// A text of the client's choice: the same request under the same key, within a day, opens nothing more.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]+$",
        example = "0c1f9a56"
    )]
    idempotency_key: String,
}
