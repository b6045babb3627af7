//! `GET /api/v1/users`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::extract::Query;
use chassis::paging::Paging;
use chassis::refusals::{ReadRefused, ReaderRefused};

use super::StorageRefused;
use crate::DocumentsApi;
use crate::model::User;
use crate::person::Person;

/// Who may log in (admins)
#[utoipa::path(
    tag = "Users",
    params(Paging<i64>),
    responses(
        (status = 200, description = "Users, in the order in which they were made", body = Vec<User>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused, StorageRefused,
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/users")]
pub(crate) async fn list(
    person: Person,
    Query(paging): Query<Paging<i64>>,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    person.require_admin()?;
    let after = paging.cursor.as_ref().map_or(0, |cursor| cursor.0);
    let users = service.database.users(after, paging.limit.get() + 1, service.settings.quota_bytes).await?;
    Ok(paging.answer(&request, users, |user| user.id))
}
