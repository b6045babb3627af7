//! The endpoints, a file each.

mod audit;
mod change_password;
mod create;
mod delete;
mod forgot_password;
mod input;
mod jwks;
mod list;
mod login;
mod logout;
mod me;
mod read;
mod refresh;
mod reset_password;
mod sessions;
mod totp;
mod update;
mod verify_email;

use actix_web::http::header::{ETag, EntityTag};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use chassis::ApiError;
use chassis::error::{Detail, ErrorBody};
use serde::Serialize;
use store::{Draft, Entry};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::Users;
use crate::model::{Account, Password, Session, TOKEN_LIFE, User};
use logins::hashing::{Compared, new_salt};

/// Every endpoint. Fixed paths come before those with an id.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(create::create);
    config.service(read::read).service(update::update).service(delete::delete).service(sessions::end_all_of);
    config.service(login::login).service(refresh::refresh).service(logout::logout).service(me::me);
    config.service(forgot_password::forgot_password).service(reset_password::reset_password);
    config.service(verify_email::verify_email).service(change_password::change_password);
    config.service(sessions::list).service(sessions::end_others).service(sessions::end);
    config.service(totp::begin).service(totp::confirm).service(totp::disable);
    config.service(audit::audit).service(jwks::jwks);
}

/// What a login and a refresh give.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// The access token: `Authorization: Bearer …`, here and in every other service.
    token: String,
    /// Who has logged in.
    #[schema(example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")]
    user_id: String,
    /// Gives the next access token, once: the answer holds the next refresh token.
    refresh_token: String,
    /// How many seconds the access token is good for.
    #[schema(example = 900)]
    expires_in: i64,
}

impl Tokens {
    fn new(token: String, user_id: String, refresh_token: String) -> Self {
        Self { token, user_id, refresh_token, expires_in: TOKEN_LIFE }
    }

    /// The answer: nobody on the way may keep it (RFC 6749, section 5.1).
    fn answer(&self) -> HttpResponse {
        HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(self)
    }
}

/// The id in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description")]
struct IdInPath {
    /// The user's id.
    #[param(example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")]
    id: String,
}

/// What the description of a route with a user's id lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum NoSuchUser {
    /// There is no such user
    #[response(status = 404, example = json!({"error": "User not found"}))]
    NotFound(ErrorBody),
}

/// What the description of a route that needs a token and changes nothing lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum NotAllowed {
    /// Nobody is logged in
    #[response(
        status = 401,
        example = json!({"error": "The token is not valid"}),
        headers(("WWW-Authenticate" = String, description = "`Bearer`: what kind of token is wanted (RFC 6750)"))
    )]
    Unauthorized(ErrorBody),
    /// Who is logged in may not do this
    #[response(status = 403, example = json!({"error": "You are not allowed to do this"}))]
    Forbidden(ErrorBody),
    /// The storage cannot be reached, and is needed to tell whether the session goes on
    #[response(
        status = 503,
        example = json!({"error": "The storage cannot be reached: nothing was changed"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    Unavailable(ErrorBody),
}

/// What the description of a route that strangers may try lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum SlowedDown {
    /// This network address has tried too often
    #[response(
        status = 429,
        example = json!({"error": "Too many requests"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    TooMany(ErrorBody),
}

/// What the description of a route that strangers write through lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum StrangerRefused {
    /// The request breaks a rule; the details say which
    #[response(status = 400, example = json!({
        "error": "The request is not valid",
        "details": [{"field": "password", "message": "must have at least 8 characters"}]
    }))]
    BadRequest(ErrorBody),
    /// The storage cannot be reached, or too much waits already; nothing was changed
    #[response(
        status = 503,
        example = json!({"error": "Too many logins wait already: try again"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds"))
    )]
    Unavailable(ErrorBody),
}

fn not_found() -> ApiError {
    ApiError::not_found("User not found")
}

fn etag(account: &Entry<Account>) -> EntityTag {
    EntityTag::new_strong(account.version.to_string())
}

/// The user that came of a write, with its new `ETag`.
fn written(mut response: HttpResponseBuilder, account: &Entry<Account>) -> HttpResponse {
    response.insert_header(ETag(etag(account))).json(User::from(&account.document))
}

/// End the sessions of a user, but for one.
fn end_sessions(draft: &mut Draft, user: &str, but: Option<&str>) -> usize {
    let sessions = draft.read().find::<Session>("user", user);
    let ids: Vec<String> = sessions.map(|session| session.id.clone()).filter(|id| Some(id.as_str()) != but).collect();
    for id in &ids {
        draft.delete::<Session>(id);
    }
    ids.len()
}

/// Whether this account is the only one left that may do everything.
fn is_last_admin(draft: &Draft, account: &Account) -> bool {
    let is_admin = account.may_log_in() && account.role == chassis::auth::Role::Admin;
    is_admin && draft.read().count_of::<Account>("active", "admin") <= 1
}

fn last_admin() -> ApiError {
    ApiError::conflict("This is the last admin: make another one first")
}

/// A wrong field that was found after all others were right.
fn wrong(field: &'static str, message: &'static str) -> ApiError {
    ApiError::invalid(vec![Detail::new(field, message)])
}

impl Users {
    /// Have the password that somebody who is logged in has typed compared, for what needs more than a token.
    ///
    /// Counted like a login: a stolen access token must not be a way to guess the password. A right one is counted too:
    /// it takes as long, and one account must not fill the queue for all who log in.
    async fn confirm(
        &self,
        account: &Account,
        password: Password,
        field: &'static str,
        request: &HttpRequest,
    ) -> Result<(), ApiError> {
        self.admit(request)?;
        let now = self.now();
        let locked = self.throttle.is_locked(&account.email, now);
        let kept = account.password.as_ref().map(|password| password.phc.clone()).filter(|_| !locked);
        let right = self.hasher.compare(password, kept, new_salt(&*self.ids)).await? != Compared::Wrong;
        // again: others of the same burst may have locked the account meanwhile
        let locked = locked || self.throttle.is_locked(&account.email, self.now());
        if right && !locked {
            return Ok(());
        }
        if !locked {
            self.throttle.failed(&account.email, now);
        }
        Err(wrong(field, "is wrong"))
    }
}

/// Write an error into the log of a task that nobody waits for.
fn in_background(what: &'static str, result: Result<(), ApiError>) {
    if let Err(error) = result {
        tracing::warn!(%error, status = error.status_code().as_u16(), what, "could not be done");
    }
}
