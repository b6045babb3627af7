//! `GET /api/v1/me`

use actix_web::{HttpResponse, get, web};
use chassis::ApiError;
use chassis::refusals::ReaderRefused;
use serde::Serialize;
use utoipa::ToSchema;

use super::StorageRefused;
use crate::DocumentsApi;
use crate::person::Person;

/// Whose token it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The user; `null` for the service's own token.
    #[schema(example = 3)]
    user_id: Option<i64>,
    /// What it logs in with.
    #[schema(example = "zoe")]
    login: Option<String>,
    /// Whether it sees every file and may do everything.
    admin: bool,
}

/// Whose token this is
#[utoipa::path(
    tag = "Login",
    responses((status = 200, description = "Who calls", body = Me), ReaderRefused, StorageRefused),
    security(("bearer" = []))
)]
#[get("/api/v1/me")]
pub(crate) async fn me(person: Person, service: web::Data<DocumentsApi>) -> Result<HttpResponse, ApiError> {
    let account = match person.user_id {
        Some(id) => service.database.account(id, service.settings.quota_bytes).await?,
        None => None,
    };
    let login = account.map(|account| account.user.login);
    let me = Me { user_id: person.user_id, login, admin: person.admin };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(me))
}
