//! `GET /api/v1/users/{id}`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReaderRefused;

use super::{IdInPath, NoSuchUser, StorageRefused, no_user, number, user_as};
use crate::DocumentsApi;
use crate::model::User;
use crate::person::Person;

/// A user (itself, and admins)
#[utoipa::path(
    tag = "Users",
    params(IdInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The user", body = User, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "The client has this version"),
        ReaderRefused, NoSuchUser, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/users/{id}")]
pub(crate) async fn read(
    person: Person,
    id: Id,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    let id = number(&id, no_user)?;
    person.require(id)?;
    let account = service.database.account(id, service.settings.quota_bytes).await?;
    let user = account.ok_or_else(no_user)?.user;
    if not_modified(&request, || user.etag()) {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(user_as(HttpResponse::Ok(), &user))
}
