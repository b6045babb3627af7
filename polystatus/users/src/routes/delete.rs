//! `DELETE /api/v1/users/{id}`

use actix_web::{HttpRequest, HttpResponse, delete, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::error::ErrorBody;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{PreconditionRefused, WriteRefused};

use super::{IdInPath, NoSuchUser, end_sessions, etag, is_last_admin, last_admin, not_found};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, EmailTaken, Link};
use crate::news::{kind, mail};
use crate::person::Person;

/// Delete a user
///
/// Oneself, or an admin anybody. All sessions end. The last admin stays.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(IdInPath, IfMatchHeader),
    responses(
        (status = 204, description = "The account is gone"),
        (status = 409, description = "It is the last admin", body = ErrorBody,
            example = json!({"error": "This is the last admin: make another one first"})),
        NoSuchUser, WriteRefused, PreconditionRefused,
    )
)]
#[delete("/api/v1/users/{id}")]
pub(crate) async fn delete(
    person: Person,
    id: web::Path<String>,
    precondition: Precondition,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    person.require_self_or(&id, Role::Admin)?;
    let (actor, news) = (users.actor(Some(&person), &request), users.news());
    let deleted = users.store.write(move |draft| {
        let account = draft.get::<Account>(&id).ok_or_else(not_found)?;
        precondition.check(&etag(&account))?;
        if is_last_admin(draft, &account) {
            return Err(last_admin());
        }
        end_sessions(draft, &id, None);
        Link::forget_all(draft, &account.email);
        draft.delete::<EmailTaken>(account.email.as_str());
        draft.delete::<Account>(&id);
        news.say(draft, kind::DELETED, &id, &mail(&account));
        actor.did(draft, Action::Deleted, &id, None);
        Ok(())
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}
