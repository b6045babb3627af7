//! `Idempotency-Key`: what a client sends so that it may send again.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use chassis::ApiError;
use utoipa::IntoParams;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of a client's key at most.
const LONGEST: usize = 255;

/// The client's key, if it has sent one.
pub(super) struct IdempotencyKey(pub Option<String>);

/// As the OpenAPI description lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description: the header is read by IdempotencyKey")]
pub(super) struct IdempotencyHeader {
    /// The same key with the same product is the same request, for a day: one product is added.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        example = "7f9c2ba4e88f827d",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: String,
}

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(key) = request.headers().get(HEADER) else { return ready(Ok(Self(None))) };
        let fits = |key: &&str| (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let key = key.to_str().ok().filter(fits).map(|key| Self(Some(key.to_owned())));
        ready(key.ok_or_else(|| {
            ApiError::bad_request(
                "The Idempotency-Key must have 1 to 255 letters, digits and signs of ASCII, without blanks",
            )
        }))
    }
}
