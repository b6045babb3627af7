//! `GET /api/v1/audit`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::cursor::{Cursor, Limit, link_to_next};
use chassis::error::ErrorBody;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::ReadRefused;

use super::paging::Paging;
use super::refusals::ReaderRefused;
use crate::Csp;
use crate::announce::{AUDIT, AuditEntry};

/// As [`Paging`], with a cursor that is a position in the log.
pub(crate) struct ByPosition {
    limit: Limit,
    cursor: Option<Cursor<u64>>,
}

impl FromQuery for ByPosition {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { limit: parameters.take("limit").unwrap_or_default(), cursor: parameters.take("cursor") }
    }
}

/// Who did what, the newest first
///
/// For admins. It is read from the storage, not from memory.
#[utoipa::path(
    operation_id = "readAudit",
    tag = "Operations",
    security(("bearer" = [])),
    params(Paging),
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
    Query(ByPosition { limit, cursor }): Query<ByPosition>,
    request: HttpRequest,
    csp: web::Data<Csp>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Admin)?;
    // one more than is shown, to know whether there is a next page
    let found = csp.store.log(AUDIT, cursor.map(|cursor| cursor.0), limit.get() + 1).await?;
    let shown = &found[..found.len().min(limit.get())];
    let mut response = HttpResponse::Ok();
    if let (true, Some(last)) = (found.len() > shown.len(), shown.last()) {
        response.insert_header(link_to_next(&request, &Cursor(last.position).encode()));
    }
    Ok(response.json(shown.iter().map(|logged| &logged.entry).collect::<Vec<_>>()))
}
