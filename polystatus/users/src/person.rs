//! Who calls this service: a [`Caller`] whose session is looked up.
//!
//! Other services believe an access token until it ends. This one has the sessions at hand, so here a logout, a lock and
//! a new role hold from the next request on.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use futures_util::future::LocalBoxFuture;
use store::{Snapshot, StoreError};

use crate::Users;
use crate::model::{Account, Session};

/// Somebody who is logged in, as the store knows them, or the API token.
#[derive(Debug, Clone)]
pub struct Person(pub Caller);

impl Person {
    /// Go on only with this role or one above it.
    ///
    /// # Errors
    /// 403.
    pub fn require(&self, role: Role) -> Result<(), ApiError> {
        self.0.require(role)
    }

    /// Go on only if it is about oneself, or with this role.
    ///
    /// # Errors
    /// 403, whether or not there is such a user.
    pub fn require_self_or(&self, user: &str, role: Role) -> Result<(), ApiError> {
        if self.is(user) { Ok(()) } else { self.require(role) }
    }

    /// Whether it is this user.
    pub fn is(&self, user: &str) -> bool {
        self.0.session.is_some() && self.0.subject == user
    }

    /// The user and the session; for what only users have.
    ///
    /// # Errors
    /// 403 for the API token.
    pub fn user(&self) -> Result<(&str, &str), ApiError> {
        let session = self.0.session.as_deref();
        let session = session.ok_or_else(|| ApiError::forbidden("This is for users: the API token is nobody's"))?;
        Ok((&self.0.subject, session))
    }
}

impl FromRequest for Person {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let users = request.app_data::<web::Data<Users>>().cloned();
        Box::pin(async move {
            let caller = caller.await?;
            let Some(users) = users else { return Ok(Self(caller)) };
            if caller.session.is_none() {
                return Ok(Self(caller));
            }
            if let Some(person) = standing(&users.store.read(), &caller, users.now()) {
                return Ok(person);
            }
            // another replica may have made the session a moment ago: a write that changes nothing waits for its news
            users.store.write(|_| Ok::<(), StoreError>(())).await?;
            standing(&users.store.read(), &caller, users.now())
                .ok_or_else(|| ApiError::unauthorized("The token is not valid"))
        })
    }
}

/// How the caller stands, if the session goes on.
fn standing(snapshot: &Snapshot, caller: &Caller, now: i64) -> Option<Person> {
    let session = snapshot.get::<Session>(caller.session.as_deref()?)?;
    let account = snapshot.get::<Account>(&session.user)?;
    let good = session.user == caller.subject && now < session.ends_at() && account.may_log_in();
    let (role, name) = (account.role, Some(account.name.to_string()));
    good.then(|| Person(Caller { role, name, ..caller.clone() }))
}

/// Perhaps somebody: none without an `Authorization` header. One that is not good is refused all the same.
#[derive(Debug, Clone)]
pub struct MaybePerson(pub Option<Person>);

impl FromRequest for MaybePerson {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::AUTHORIZATION) {
            return Box::pin(async { Ok(Self(None)) });
        }
        let person = Person::from_request(request, payload);
        Box::pin(async move { person.await.map(|person| Self(Some(person))) })
    }
}
