//! `POST /api/v1/login`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, post, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, ReadRefused};
use logins::Password;
use logins::hashing::{Compared, new_salt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{StorageFull, StorageRefused};
use crate::DocumentsApi;
use crate::database::Account;
use crate::model::Login;
use crate::person::PREFIX;

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginInput {
    /// The login.
    #[schema(example = "zoe")]
    login: String,
    /// The password.
    #[schema(value_type = String, example = "correct horse battery staple")]
    password: Password,
}

/// What a login gives.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoggedIn {
    /// `Authorization: Bearer …`
    #[schema(example = "docs_0b7e")]
    token: String,
    /// Who has logged in.
    #[schema(example = 3)]
    user_id: i64,
    /// How many seconds the token is good for.
    #[schema(example = 43_200)]
    expires_in: i64,
}

/// Log in
///
/// 401 for anything that is wrong, in the same words and time whether or not there is such a user, or it is locked for a
/// while after wrong passwords.
#[utoipa::path(
    tag = "Login",
    request_body = LoginInput,
    responses(
        (status = 200, description = "Logged in", body = LoggedIn),
        (status = 401, description = "Not logged in", body = ErrorBody,
            headers(("WWW-Authenticate" = String, description = "`Bearer`")),
            example = json!({"error": "The login or the password is wrong"})),
        (status = 429, description = "Too many tries from this network address", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many requests"})),
        ReadRefused, BodyRefused, StorageRefused, StorageFull,
    )
)]
#[post("/api/v1/login")]
pub(crate) async fn begin(
    Json(input): Json<LoginInput>,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let address = service.settings.trusted_proxies.client_of(&request).address();
    service.throttle.admit(address, service.now()).map_err(ApiError::too_many_requests)?;
    let logged_in = service.log_in(input).await;
    // what was right, and what we had no time for, is no try at guessing
    let refused = logged_in.as_ref().is_err_and(|error| error.status_code() != StatusCode::SERVICE_UNAVAILABLE);
    if !refused {
        service.throttle.give_back(address);
    }
    // nobody on the way may keep it (RFC 6749, 5.1)
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(logged_in?))
}

fn refused() -> ApiError {
    ApiError::unauthorized("The login or the password is wrong")
}

impl DocumentsApi {
    async fn log_in(&self, input: LoginInput) -> Result<LoggedIn, ApiError> {
        // what is no login is nobody's
        let login = input.login.parse::<Login>().ok();
        let (account, rehashed) = self.who(login.as_ref(), input.password).await?;
        let token = format!("{PREFIX}{}", self.ids.secret());
        let expires_in = self.settings.session_hours * 3600;
        let (id, now) = (account.user.id, self.now());
        let begun = self.database.in_turn(async |turn| {
            // since then it may have been changed
            let present = turn.account(id, 0).await?.filter(|present| present.password == account.password);
            let mut present = present.ok_or_else(refused)?;
            if let Some(hash) = rehashed {
                present.password = hash;
                turn.change_user(&present, now).await?;
            }
            Ok::<_, ApiError>(turn.begin_session(&token, id, now + expires_in).await?)
        });
        begun.await?;
        self.throttle.succeeded(account.user.login.as_str());
        Ok(LoggedIn { token, user_id: id, expires_in })
    }

    /// Whose password it is, and its new hash if it was kept at another cost. Everything that is wrong takes one hash and
    /// gives one answer.
    async fn who(&self, login: Option<&Login>, password: Password) -> Result<(Account, Option<String>), ApiError> {
        let is_locked = || login.is_some_and(|login| self.throttle.is_locked(login.as_str(), self.now()));
        let found = match login {
            Some(login) => self.database.account_by_login(login, 0).await?,
            None => None,
        };
        let account = found.filter(|_| !is_locked());
        let kept = account.as_ref().map(|account| account.password.clone());
        let compared = self.hasher.compare(password, kept, new_salt(&*self.ids)).await?;
        // again: while this one waited for its hash, others of the same burst may have locked the account
        match (account.filter(|_| !is_locked()), compared) {
            (Some(account), Compared::Right) => Ok((account, None)),
            (Some(account), Compared::RightAndRehashed(hash)) => Ok((account, Some(hash))),
            (account, _) => {
                if let Some(login) = login.filter(|_| !is_locked()) {
                    let locked_for = self.throttle.failed(login.as_str(), self.now());
                    // not the login: people type their passwords into the wrong field
                    tracing::info!(user = account.map(|account| account.user.id), locked_for, "a login failed");
                }
                Err(refused())
            }
        }
    }
}
