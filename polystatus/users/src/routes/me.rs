//! `GET /api/v1/auth/me`

use actix_web::http::header::ETag;
use actix_web::{HttpResponse, get, web};
use chassis::ApiError;

use super::{NotAllowed, etag, not_found};
use crate::Users;
use crate::model::{Account, User};
use crate::person::Person;

/// Who am I?
#[utoipa::path(
    tag = "Login",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Whoever has the token", body = User,
            headers(("ETag" = String, description = "The account's version, for If-Match and If-None-Match"))),
        NotAllowed,
    )
)]
#[get("/api/v1/auth/me")]
pub(crate) async fn me(person: Person, users: web::Data<Users>) -> Result<HttpResponse, ApiError> {
    let (user, _) = person.user()?;
    let snapshot = users.store.read();
    let account = snapshot.get::<Account>(user).ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().insert_header(ETag(etag(account))).json(User::from(&account.document)))
}
