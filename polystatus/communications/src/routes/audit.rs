//! `GET /api/v1/audit`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::Query;
use chassis::paging::{Page, Paging};
use chassis::refusals::{ReadRefused, ReaderRefused};

use crate::Communications;
use crate::tell::{AUDIT, AuditEntry};

/// Who did what, the newest first
///
/// For admins. It is read from the storage, not from memory.
#[utoipa::path(
    operation_id = "readAudit",
    tag = "Operations",
    security(("bearer" = [])),
    params(Paging<u64>),
    responses(
        (status = 200, description = "What was done", body = Vec<AuditEntry>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 503, description = "The storage cannot be reached", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "The storage cannot be reached: nothing was changed"})),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/api/v1/audit")]
pub(crate) async fn audit(
    caller: Caller,
    Query(paging): Query<Paging<u64>>,
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Admin)?;
    let found = communications.store.log(AUDIT, paging.before(), paging.needed()).await?;
    Ok(Page::of(&found, paging.limit, |logged| logged.position).map(|logged| &logged.entry).answer(&request))
}
