//! `POST /api/v1/logout`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::refusals::WriteRefused;

use super::StorageFull;
use crate::DocumentsApi;
use crate::person::{Person, own_token};

/// Log out: this token is good no more
#[utoipa::path(
    tag = "Login",
    responses((status = 204, description = "Logged out"), WriteRefused, StorageFull),
    security(("bearer" = []))
)]
#[post("/api/v1/logout")]
pub(crate) async fn logout(
    _person: Person,
    request: HttpRequest,
    service: web::Data<DocumentsApi>,
) -> Result<HttpResponse, ApiError> {
    if let Some(token) = own_token(&request) {
        service.database.in_turn(async |turn| turn.end_session(token).await).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
