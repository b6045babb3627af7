//! Who calls: bearer tokens (RFC 6750), and the roles that they carry.
//!
//! A handler takes a [`Caller`] and asks it for a role. What a token means is a [`TokenVerifier`]'s matter: the
//! service's own API token is one, and a verifier of signed tokens is another. They are asked in turn.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::{Ready, ready};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use crate::error::ApiError;

/// What somebody may do. Each role contains those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Works on incidents and servers.
    Responder,
    /// Sees who works here, and speaks in public.
    Manager,
    /// Does everything.
    Admin,
}

/// Somebody whose token was good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is: a user's id, or `api-token`.
    pub subject: String,
    /// What it may do.
    pub role: Role,
}

impl Caller {
    /// Go on only if the caller has this role or one above it.
    ///
    /// # Errors
    /// 403.
    pub fn require(&self, role: Role) -> Result<(), ApiError> {
        if self.role >= role {
            return Ok(());
        }
        tracing::info!(subject = %self.subject, has = ?self.role, needs = ?role, "refused: not allowed");
        Err(ApiError::forbidden("You are not allowed to do this"))
    }
}

/// Tells whose token it is.
pub trait TokenVerifier: Send + Sync + 'static {
    /// `None`: not a token of this kind, or not a good one. The reason is for the log, never for the client.
    fn verify(&self, token: &str) -> Option<Caller>;
}

/// The verifiers of a service, asked in turn. None: every token is refused.
#[derive(Clone, Default)]
pub struct Authenticator(Vec<Arc<dyn TokenVerifier>>);

impl Authenticator {
    /// Ask this one too.
    #[must_use]
    pub fn with(mut self, verifier: impl TokenVerifier) -> Self {
        self.0.push(Arc::new(verifier));
        self
    }

    fn caller(&self, request: &HttpRequest) -> Result<Caller, ApiError> {
        let token = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .ok_or_else(|| ApiError::unauthorized("A bearer token is needed: Authorization: Bearer …"))?;
        // the scheme's case does not matter (RFC 9110, 11.1)
        let (scheme, token) = token.split_once(' ').unwrap_or(("", token));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::unauthorized("A bearer token is needed: Authorization: Bearer …"));
        }
        self.0
            .iter()
            .find_map(|verifier| verifier.verify(token.trim()))
            .ok_or_else(|| ApiError::unauthorized("The token is not valid"))
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let authenticator = request.app_data::<web::Data<Authenticator>>();
        ready(authenticator.ok_or_else(ApiError::unexpected).and_then(|them| them.caller(request)))
    }
}

/// The service's own token: whoever has it is an admin. For a service that runs alone, and for scripts.
pub struct ApiToken(SecretString);

impl ApiToken {
    /// Accept this token.
    pub const fn new(token: SecretString) -> Self {
        Self(token)
    }
}

impl TokenVerifier for ApiToken {
    fn verify(&self, token: &str) -> Option<Caller> {
        // in constant time: how long the refusal takes must not tell how much of the guess was right
        let same: bool = self.0.expose_secret().as_bytes().ct_eq(token.as_bytes()).into();
        same.then(|| Caller { subject: "api-token".to_owned(), role: Role::Admin })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use actix_web::test::TestRequest;

    use super::*;

    fn status_for(authorization: Option<&str>) -> u16 {
        let authenticator = Authenticator::default().with(ApiToken::new("right".to_owned().into()));
        let mut request = TestRequest::get();
        if let Some(value) = authorization {
            request = request.insert_header((header::AUTHORIZATION, value));
        }
        match authenticator.caller(&request.to_http_request()) {
            Ok(caller) => {
                assert_eq!(caller, Caller { subject: "api-token".to_owned(), role: Role::Admin });
                200
            }
            Err(error) => error.status_code().as_u16(),
        }
    }

    #[test]
    fn the_right_token_is_accepted_whatever_the_case_of_its_scheme() {
        assert_eq!(status_for(Some("Bearer right")), 200);
        assert_eq!(status_for(Some("bearer right")), 200);
    }

    #[test]
    fn anything_else_is_a_stranger() {
        for wrong in
            [None, Some(""), Some("Bearer"), Some("Bearer "), Some("Bearer wrong"), Some("right"), Some("Basic right")]
        {
            assert_eq!(status_for(wrong), 401, "{wrong:?}");
        }
    }

    #[test]
    fn a_role_contains_those_before_it() {
        let caller = |role| Caller { subject: "7".to_owned(), role };
        for (has, needs, allowed) in [
            (Role::Admin, Role::Manager, true),
            (Role::Responder, Role::Responder, true),
            (Role::Viewer, Role::Responder, false),
            (Role::Manager, Role::Admin, false),
        ] {
            assert_eq!(caller(has).require(needs).is_ok(), allowed, "{has:?} does what needs {needs:?}");
        }
    }
}
