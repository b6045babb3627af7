//! `POST /api/v1/users`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::error::{Detail, ErrorBody};
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use logins::Password;
use logins::hashing::{hash, new_salt};
use logins::password::too_easy;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{StorageFull, user_as};
use crate::DocumentsApi;
use crate::database::{NewUser, StorageError};
use crate::model::{Login, User};
use crate::person::Person;
use crate::upload::invalid;

/// A user that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserInput {
    /// What it logs in with: ASCII letters, digits and `. _ + - @`; upper and lower case are the same.
    #[schema(example = "zoe", min_length = 1, max_length = 254, pattern = "^[A-Za-z0-9][A-Za-z0-9._+@-]*$")]
    login: String,
    /// What it is called [default: its login].
    #[schema(example = "Zoé Martin", max_length = 100)]
    name: Option<String>,
    /// Its password: 8 to 256 characters, and not what everybody tries first.
    #[schema(value_type = String, example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: Password,
    /// Whether it sees every file and may do everything.
    #[serde(default)]
    #[schema(example = false)]
    admin: bool,
    /// Bytes that all versions of its files may have together [default: what the settings say].
    #[schema(minimum = 0, example = 1_000_000_000)]
    quota: Option<i64>,
}

/// Make a user (admins)
#[utoipa::path(
    tag = "Users",
    request_body = NewUserInput,
    responses(
        (status = 201, description = "The user", body = User,
            headers(("Location" = String, description = "Where it is"), ("ETag" = String, description = "Its version"))),
        (status = 409, description = "Somebody has this login", body = ErrorBody,
            example = json!({"error": "Somebody has this login already"})),
        WriteRefused, BodyRefused, StorageFull,
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/users")]
pub(crate) async fn create(
    person: Person,
    Json(input): Json<NewUserInput>,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    person.require_admin()?;
    let NewUserInput { login, name, password, admin, quota } = input;
    let login: Login = login.parse().map_err(|wrong| invalid("login", wrong))?;
    let name = display_name(name.unwrap_or_else(|| login.to_string()))?;
    let quota = at_least_zero(quota)?;
    let password = service.hashed("password", password, &login, &name).await?;
    let user = service.add_user(NewUser { login, name, password, admin, quota }).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/users/{}", user.id)));
    Ok(user_as(response, &user))
}

/// 409: two users cannot have one login.
pub(super) fn login_taken() -> ApiError {
    ApiError::conflict("Somebody has this login already")
}

/// What people read: one line without what is not seen.
pub(super) fn display_name(name: String) -> Result<String, ApiError> {
    let fit = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control) && name.trim() == name;
    if fit {
        Ok(name)
    } else {
        Err(invalid("name", "must be 1 to 100 characters in one line, without blanks around it"))
    }
}

pub(super) fn at_least_zero(quota: Option<i64>) -> Result<Option<i64>, ApiError> {
    if quota.is_none_or(|quota| quota >= 0) { Ok(quota) } else { Err(invalid("quota", "must not be less than 0")) }
}

impl DocumentsApi {
    /// The hash of a password that may be chosen.
    pub(super) async fn hashed(
        &self,
        field: &'static str,
        password: Password,
        login: &Login,
        name: &str,
    ) -> Result<String, ApiError> {
        let (salt, login, name) = (new_salt(&*self.ids), login.to_string(), name.to_owned());
        let hashed = self.hasher.run(move || {
            too_easy(&password, &[&login, &name, "documents", "polyops"])?;
            Ok(hash(&password, salt))
        });
        hashed.await?.map_err(|wrong: &'static str| ApiError::invalid(vec![Detail::new(field, wrong)]))
    }

    async fn add_user(&self, new: NewUser) -> Result<User, ApiError> {
        let added = self.database.in_turn(async |turn| {
            if turn.is_taken(&new.login, 0).await? {
                return Err(login_taken());
            }
            let id = turn.add_user(new, self.now()).await?;
            let made = turn.account(id, self.settings.quota_bytes).await?;
            Ok(made.ok_or_else(|| StorageError::Foreign("no user where one was made".to_owned()))?.user)
        });
        added.await
    }
}
