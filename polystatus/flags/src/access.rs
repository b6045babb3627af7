//! Who may evaluate flags: everybody, or whoever has the evaluation key.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError, web};
use chassis::ApiError;
use chassis::auth::Caller;
use chassis::clock::SharedClock;
use chassis::observe::OnlyReads;
use chassis::service::Foundation;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::Flags;
use crate::settings::Settings;

/// OFREP's other way to send a key.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Seconds in which a ticket for the stream is the same, so that the address of the stream is, too.
const TICKET_PERIOD: i64 = 3600;

/// The evaluation key, where there is one.
pub struct Access {
    key: Option<(SecretString, hmac::Key)>,
    clock: SharedClock,
}

/// Somebody who may evaluate flags.
pub struct Evaluator;

/// Somebody who may hear that flags have changed: an evaluator, or who was given a ticket by one. A ticket is good for
/// nothing else: it stands in an address, and addresses get into logs.
pub struct Listener;

impl Access {
    /// As the settings say.
    pub fn of(settings: &Settings, foundation: &Foundation) -> Self {
        let sealed =
            |key: &SecretString| (key.clone(), hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes()));
        Self { key: settings.evaluation_key.as_ref().map(sealed), clock: foundation.clock.clone() }
    }

    /// A ticket for the stream, good for an hour at least: a browser's `EventSource` can send no header. None when none
    /// is needed.
    pub fn ticket(&self) -> Option<String> {
        let (_, key) = self.key.as_ref()?;
        let period = self.clock.unix_seconds() / TICKET_PERIOD;
        Some(format!("{period}.{}", hexadecimal(hmac::sign(key, ticket(period).as_bytes()).as_ref())))
    }

    fn check(&self, request: &HttpRequest) -> Result<(), ApiError> {
        let Some((key, _)) = &self.key else { return Ok(()) };
        let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let bearer = text(header::AUTHORIZATION).and_then(|value| value.split_once(' ')).map(|(_, token)| token.trim());
        let sent = bearer.into_iter().chain(text(API_KEY));
        let is_key = |sent: &str| bool::from(sent.as_bytes().ct_eq(key.expose_secret().as_bytes()));
        if sent.into_iter().any(is_key) {
            return Ok(());
        }
        // whoever may change flags may evaluate them
        match Caller::from_request(request, &mut Payload::None).into_inner() {
            Ok(_) => Ok(()),
            // nobody can tell now whose token it is: a client that is told 401 would throw a good one away
            Err(refused) if refused.status_code() == StatusCode::SERVICE_UNAVAILABLE => Err(refused),
            Err(_) => {
                Err(ApiError::unauthorized("The evaluation key is needed: Authorization: Bearer …, or X-API-Key"))
            }
        }
    }

    fn has_ticket(&self, request: &HttpRequest) -> bool {
        let query = form_urlencoded::parse(request.query_string().as_bytes());
        let sent = query.into_iter().find(|(name, _)| name == "ticket").map(|(_, ticket)| ticket);
        let checked = || {
            let (sent, (_, key)) = (sent?, self.key.as_ref()?);
            let (period, signature) = sent.split_once('.')?;
            let period: i64 = period.parse().ok()?;
            let now = self.clock.unix_seconds() / TICKET_PERIOD;
            let expected = hexadecimal(hmac::sign(key, ticket(period).as_bytes()).as_ref());
            let same = bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
            Some(same && (now - 1..=now).contains(&period))
        };
        checked().unwrap_or(false)
    }
}

fn ticket(period: i64) -> String {
    format!("stream of flags, {period}")
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl FromRequest for Evaluator {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let flags = request.app_data::<web::Data<Flags>>().expect("the service is in its own application");
        request.extensions_mut().insert(OnlyReads);
        ready(flags.access.check(request).map(|()| Self))
    }
}

impl FromRequest for Listener {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let flags = request.app_data::<web::Data<Flags>>().expect("the service is in its own application");
        let admitted = if flags.access.has_ticket(request) { Ok(()) } else { flags.access.check(request) };
        ready(admitted.map(|()| Self))
    }
}
