//! `POST /api/v1/logout`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::refusals::WriteRefused;

use super::StorageFull;
use crate::DocumentsApi;
use crate::database::in_time;
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
        in_time(async {
            let mut turn = service.database.turn().await?;
            turn.end_session(token).await?;
            turn.commit().await
        })
        .await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
