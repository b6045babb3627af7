//! `GET /api/v1/servers/{id}/history`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::cursor::{Cursor, Limit, link_to_next};
use chassis::error::ErrorBody;
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::ReadRefused;
use utoipa::IntoParams;

use super::ServerId;
use crate::InventoryApi;
use crate::model::Change;

/// Which part of the history to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// How many changes at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
}

impl FromQuery for HistoryQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { limit: parameters.take("limit").unwrap_or_default(), cursor: parameters.take("cursor") }
    }
}

/// Who changed what, when
///
/// The newest change first. A server that was taken out keeps its history.
#[utoipa::path(
    tag = "Servers",
    params(("id" = i64, Path, minimum = 1, example = 1), HistoryQuery),
    responses(
        (status = 200, description = "The changes of the server", body = Vec<Change>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 404, description = "There never was such a server", body = ErrorBody,
            example = json!({"error": "Server not found"})),
        (status = 503, description = "The history is in the database, and that cannot be reached", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "The history cannot be read now: the database cannot be reached"})),
        ReadRefused,
    )
)]
#[get("/api/v1/servers/{id}/history")]
pub(crate) async fn history(
    ServerId(id): ServerId,
    Query(query): Query<HistoryQuery>,
    request: HttpRequest,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    if !(1..inventory.ledger.read().snapshot.next_id).contains(&id) {
        return Err(ApiError::not_found("Server not found"));
    }
    let before = query.cursor.map_or(i64::MAX, |Cursor(revision)| revision);
    // one more than asked for tells whether there is a next page
    let mut changes = inventory.database.history(id, before, query.limit.get() + 1).await.map_err(|error| {
        tracing::warn!(%error, "the history cannot be read");
        ApiError::unavailable("The history cannot be read now: the database cannot be reached", 1)
    })?;
    let mut response = HttpResponse::Ok();
    if changes.len() > query.limit.get() {
        changes.truncate(query.limit.get());
        if let Some(last) = changes.last() {
            response.insert_header(link_to_next(&request, &Cursor(last.revision).encode()));
        }
    }
    Ok(response.json(changes))
}
