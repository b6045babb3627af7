//! `PUT /api/v1/users/{id}`

use actix_web::{HttpResponse, put, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use logins::Password;
use logins::hashing::{Compared, new_salt};
use serde::Deserialize;
use utoipa::ToSchema;

use super::create_user::{at_least_zero, display_name, login_taken};
use super::{IdInPath, NoSuchUser, StorageFull, no_user, number, user_as};
use crate::DocumentsApi;
use crate::database::Account;
use crate::model::{Login, User};
use crate::person::Person;
use crate::upload::invalid;

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserInput {
    /// What it logs in with (admins).
    #[schema(example = "zoe", min_length = 1, max_length = 254, pattern = "^[A-Za-z0-9][A-Za-z0-9._+@-]*$")]
    login: Option<String>,
    /// What it is called.
    #[schema(example = "Zoé Martin", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Another password. It logs the user out everywhere.
    #[schema(value_type = Option<String>, example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: Option<Password>,
    /// The present password, which a user must know to choose another.
    #[schema(value_type = Option<String>, example = "correct horse battery staple")]
    current_password: Option<Password>,
    /// Whether it sees every file and may do everything (admins).
    #[schema(example = false)]
    admin: Option<bool>,
    /// Bytes that all versions of its files may have together (admins).
    #[schema(minimum = 0, example = 1_000_000_000)]
    quota: Option<i64>,
}

/// Change a user (itself, and admins)
#[utoipa::path(
    tag = "Users",
    params(IdInPath, IfMatchHeader),
    request_body = UserInput,
    responses(
        (status = 200, description = "The user", body = User, headers(("ETag" = String, description = "Its version"))),
        (status = 409, description = "Somebody has this login", body = ErrorBody,
            example = json!({"error": "Somebody has this login already"})),
        WriteRefused, BodyRefused, NoSuchUser, PreconditionRefused, StorageFull,
    ),
    security(("bearer" = []))
)]
#[put("/api/v1/users/{id}")]
pub(crate) async fn update(
    person: Person,
    id: Id,
    precondition: Precondition,
    Json(input): Json<UserInput>,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let id = number(&id, no_user)?;
    person.require(id)?;
    if input.login.is_some() || input.admin.is_some() || input.quota.is_some() {
        person.require_admin()?;
    }
    let seen = service.database.account(id, service.settings.quota_bytes).await?.ok_or_else(no_user)?;
    let wanted = service.wanted(person, &seen, input).await?;
    let user = service.change_user(&precondition, &seen, wanted).await?;
    Ok(user_as(HttpResponse::Ok(), &user))
}

/// A change that is right in itself.
struct Wanted {
    login: Option<Login>,
    name: Option<String>,
    password: Option<String>,
    admin: Option<bool>,
    quota: Option<i64>,
}

impl DocumentsApi {
    async fn wanted(&self, person: Person, seen: &Account, input: UserInput) -> Result<Wanted, ApiError> {
        let UserInput { login, name, password, current_password, admin, quota } = input;
        let login: Option<Login> = login.map(|it| it.parse()).transpose().map_err(|wrong| invalid("login", wrong))?;
        let name = name.map(display_name).transpose()?;
        let quota = at_least_zero(quota)?;
        let password = match password {
            None => None,
            Some(password) => {
                if !person.admin {
                    self.check_current(seen, current_password).await?;
                }
                let own: Login = seen.user.login.parse().map_err(|_| no_user())?;
                let (login, name) = (login.as_ref().unwrap_or(&own), name.as_ref().unwrap_or(&seen.user.name));
                Some(self.hashed("password", password, login, name).await?)
            }
        };
        Ok(Wanted { login, name, password, admin, quota })
    }

    /// A token that was left behind somewhere must not be enough to take an account over.
    async fn check_current(&self, seen: &Account, given: Option<Password>) -> Result<(), ApiError> {
        let wrong = || invalid("current_password", "must be the present password");
        let (now, login) = (self.now(), seen.user.login.as_str());
        if self.throttle.is_locked(login, now) {
            return Err(ApiError::too_many_requests(1));
        }
        let given = given.ok_or_else(wrong)?;
        if self.hasher.compare(given, Some(seen.password.clone()), new_salt(&*self.ids)).await? == Compared::Wrong {
            self.throttle.failed(login, now);
            return Err(wrong());
        }
        Ok(())
    }

    async fn change_user(&self, precondition: &Precondition, seen: &Account, wanted: Wanted) -> Result<User, ApiError> {
        let (id, usual_quota) = (seen.user.id, self.settings.quota_bytes);
        let changed = self.database.in_turn(async |turn| {
            let mut account = turn.account(id, usual_quota).await?.ok_or_else(no_user)?;
            precondition.check(&account.user.etag())?;
            if let Some(login) = wanted.login {
                if turn.is_taken(&login, id).await? {
                    return Err(login_taken());
                }
                account.user.login = login.to_string();
            }
            if let Some(password) = wanted.password {
                if account.password != seen.password {
                    // changed by somebody else since it was compared
                    return Err(ApiError::precondition_failed());
                }
                account.password = password;
                turn.end_sessions(id).await?;
            }
            account.user.name = wanted.name.unwrap_or(account.user.name);
            account.user.admin = wanted.admin.unwrap_or(account.user.admin);
            account.quota = wanted.quota.or(account.quota);
            turn.change_user(&account, self.now()).await?;
            Ok(turn.account(id, usual_quota).await?.ok_or_else(no_user)?.user)
        });
        changed.await
    }
}
