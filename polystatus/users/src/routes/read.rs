//! `GET /api/v1/users/{id}`

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};

use super::{IdInPath, NoSuchUser, NotAllowed, etag, not_found};
use crate::Users;
use crate::model::{Account, User};
use crate::person::Person;

/// Read a user
///
/// Oneself; managers and admins read everybody.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(IdInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The user", body = User,
            headers(("ETag" = String, description = "The account's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchUser, NotAllowed,
    )
)]
#[get("/api/v1/users/{id}")]
pub(crate) async fn read(
    person: Person,
    id: web::Path<String>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    person.require_self_or(&id, Role::Manager)?;
    let snapshot = users.store.read();
    let account = snapshot.get::<Account>(&id).ok_or_else(not_found)?;
    let tag = etag(account);
    if not_modified(&request, || tag.clone()) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header(ETag(tag)).json(User::from(&account.document)))
}
