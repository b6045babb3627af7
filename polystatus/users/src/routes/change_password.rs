//! `POST /api/v1/auth/change-password`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SlowedDown, end_sessions, not_found};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, Link, Password};
use crate::news::{kind, mail};
use crate::person::Person;

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    /// The password until now: whoever finds a screen unlocked must not take the account over.
    #[schema(value_type = String, example = "correct horse battery staple")]
    current_password: Password,
    /// The password from now on.
    #[schema(value_type = String, example = "a sentence that I alone know", min_length = 8, max_length = 256)]
    new_password: Password,
}

/// Change one's password
///
/// All other sessions end.
#[utoipa::path(
    tag = "Login",
    security(("bearer" = [])),
    request_body = PasswordChange,
    responses((status = 204, description = "This is the password now"), WriteRefused, BodyRefused, SlowedDown)
)]
#[post("/api/v1/auth/change-password")]
pub(crate) async fn change_password(
    person: Person,
    Json(input): Json<PasswordChange>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let (user, session) = person.user()?;
    let account = users.store.read().get::<Account>(user).cloned().ok_or_else(not_found)?;
    users.confirm(&account, input.current_password, "current_password", &request).await?;
    let password = users.choose(input.new_password, "new_password", &account.email, &account.name).await?;
    let (user, session) = (user.to_owned(), session.to_owned());
    let (actor, news, seen) = (users.actor(Some(&person), &request), users.news(), account.password.clone());
    let changed = users.store.write(move |draft| {
        let account = draft.get::<Account>(&user).ok_or_else(not_found)?;
        if account.password != seen {
            return Err(ApiError::conflict("The password was changed meanwhile: log in again"));
        }
        let account = Account { password: Some(password.clone()), updated_at: actor.at, ..account.document.clone() };
        end_sessions(draft, &user, Some(&session));
        Link::forget_all(draft, &account.email);
        news.say(draft, kind::PASSWORD_CHANGED, &user, &mail(&account));
        actor.did(draft, Action::PasswordChanged, &user, None);
        draft.put(account);
        Ok(())
    });
    changed.await?;
    Ok(HttpResponse::NoContent().finish())
}
