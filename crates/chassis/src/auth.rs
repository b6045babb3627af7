//! Who calls: bearer tokens (RFC 6750), and the roles that they carry.
//!
//! A handler takes a [`Caller`] and asks it for a role. What a token means is a [`TokenVerifier`]'s matter: the
//! service's own API token is one, and a verifier of signed tokens ([`SignedTokens`]) is another. They are asked in turn.

pub mod jwks;
pub mod jwt;
mod signed;
mod source;

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::{Ready, ready};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

pub use self::signed::SignedTokens;
pub use self::source::JwksUrl;
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
    /// A user's name; none for an API token.
    pub name: Option<String>,
    /// The login that the token belongs to; none for an API token.
    pub session: Option<String>,
}

impl Caller {
    /// Whoever has a service's own token.
    pub fn api_token() -> Self {
        Self { subject: "api-token".to_owned(), role: Role::Admin, name: None, session: None }
    }

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
    /// Whose token it is. Does no I/O: every request waits for it.
    ///
    /// # Errors
    /// What is wrong goes to the log, and the client learns no more than the [`Refusal`].
    fn verify(&self, token: &str) -> Result<Caller, Refusal>;
}

/// Why nobody is known by a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a token of this kind, or not a good one.
    NotValid,
    /// It cannot be told now: what is needed for it has not arrived yet.
    NotNow,
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

    /// As [`with`](Self::with), for one that others hold too.
    #[must_use]
    pub fn with_shared(mut self, verifier: Arc<dyn TokenVerifier>) -> Self {
        self.0.push(verifier);
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
        self.verify(token.trim()).map_err(|refusal| match refusal {
            Refusal::NotValid => ApiError::unauthorized("The token is not valid"),
            // not 401: a client would throw away a token that is good
            Refusal::NotNow => ApiError::unavailable("Tokens cannot be checked now: try again", 1),
        })
    }
}

impl TokenVerifier for Authenticator {
    /// Whose token it is, for tokens that do not come in a header: in a message of a websocket, say.
    fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        let mut refusal = Refusal::NotValid;
        for verifier in &self.0 {
            match verifier.verify(token) {
                Ok(caller) => return Ok(caller),
                Err(Refusal::NotValid) => {}
                Err(Refusal::NotNow) => refusal = Refusal::NotNow,
            }
        }
        Err(refusal)
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
    fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        // in constant time: how long the refusal takes must not tell how much of the guess was right
        let same: bool = self.0.expose_secret().as_bytes().ct_eq(token.as_bytes()).into();
        if same { Ok(Caller::api_token()) } else { Err(Refusal::NotValid) }
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
                assert_eq!(caller, Caller::api_token());
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

    /// Can never tell.
    struct Blind;

    impl TokenVerifier for Blind {
        fn verify(&self, _: &str) -> Result<Caller, Refusal> {
            Err(Refusal::NotNow)
        }
    }

    #[test]
    fn a_token_that_cannot_be_checked_now_is_not_called_wrong() {
        let authenticator = Authenticator::default().with(Blind).with(ApiToken::new("right".to_owned().into()));
        let status = |token: &str| {
            let request = TestRequest::get().insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
            let caller = authenticator.caller(&request.to_http_request());
            caller.map_or_else(|error| error.status_code().as_u16(), |_| 200)
        };
        assert_eq!((status("right"), status("perhaps")), (200, 503));
        // as it is told where there is no header to speak of
        assert_eq!(authenticator.verify("right"), Ok(Caller::api_token()));
        assert_eq!(authenticator.verify("perhaps"), Err(Refusal::NotNow));
    }

    #[test]
    fn a_role_contains_those_before_it() {
        let caller = |role| Caller { role, ..Caller::api_token() };
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
