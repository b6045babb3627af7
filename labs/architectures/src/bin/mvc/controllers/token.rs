//! Who may ask.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use subtle::ConstantTimeEq;

use super::Failure;

/// The one that is good.
pub struct Token(String);

impl Token {
    /// As clients show it.
    pub fn new(token: &str) -> Self {
        Self(format!("Bearer {token}"))
    }
}

/// A client that has shown it.
pub struct Known;

impl FromRequest for Known {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let shown = request.headers().get(AUTHORIZATION).map_or(&[][..], |value| value.as_bytes());
        let good = request.app_data::<Data<Token>>().is_some_and(|token| token.0.as_bytes().ct_eq(shown).into());
        ready(if good { Ok(Self) } else { Err(Failure::Unknown) })
    }
}
