//! Who calls: a user who has logged in here, or whoever may do everything.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use futures_util::future::LocalBoxFuture;

use crate::DocumentsApi;
use crate::database::Sight;

/// What the tokens of this service begin with: so that they are known, here and by those who search for secrets that
/// should not be where they are.
pub const PREFIX: &str = "docs_";

/// Characters of a token of ours, behind [`PREFIX`]: what is longer or shorter is looked up nowhere.
const TOKEN: usize = 64;

/// Somebody whose token was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The user; none for the service's own token, and for admins of the users service.
    pub user_id: Option<i64>,
    /// Whether it may do everything.
    pub admin: bool,
}

impl Person {
    /// The files that it sees.
    pub fn sight(self) -> Sight {
        match self.user_id {
            Some(user) if !self.admin => Sight::Of(user),
            _ => Sight::All,
        }
    }

    /// Go on only with an admin.
    ///
    /// # Errors
    /// 403.
    pub fn require_admin(self) -> Result<(), ApiError> {
        if self.admin { Ok(()) } else { Err(forbidden()) }
    }

    /// Go on only with this user or an admin.
    ///
    /// # Errors
    /// 403.
    pub fn require(self, user: i64) -> Result<(), ApiError> {
        if self.admin || self.user_id == Some(user) { Ok(()) } else { Err(forbidden()) }
    }
}

fn forbidden() -> ApiError {
    ApiError::forbidden("You are not allowed to do this")
}

/// The bearer token of a request, if it is one of ours.
pub fn own_token(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

impl FromRequest for Person {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let others = Caller::from_request(request, payload);
        let own = own_token(request).map(str::to_owned);
        let service = request.app_data::<web::Data<DocumentsApi>>().cloned();
        Box::pin(async move {
            let (Some(token), Some(service)) = (own, service) else {
                // an account elsewhere is none here: but who is an admin of all is one here too
                others.await?.require(Role::Admin)?;
                return Ok(Self { user_id: None, admin: true });
            };
            let session = match token.len() - PREFIX.len() {
                TOKEN => service.database.session(&token, service.now()).await?,
                _ => None,
            };
            let session = session.ok_or_else(|| ApiError::unauthorized("The token is not valid"))?;
            Ok(Self { user_id: Some(session.user_id), admin: session.admin })
        })
    }
}
