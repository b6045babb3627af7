//! `GET /api/v1/audit`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::cursor::{Cursor, Limit, link_to_next};
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::ReadRefused;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::NotAllowed;
use crate::Users;
use crate::audit::{Action, LOG, Record};
use crate::person::Person;

/// Which part of the log to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// How many entries at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<u64>>,
}

impl FromQuery for AuditQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { limit: parameters.take("limit").unwrap_or_default(), cursor: parameters.take("cursor") }
    }
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// When, in Unix seconds.
    #[schema(example = 1_795_375_836)]
    at: i64,
    /// Who: a user's id, `api-token`, `nobody` for a stranger, or `service`.
    #[schema(example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")]
    actor: String,
    /// What.
    action: Action,
    /// To which account.
    #[schema(example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")]
    user: String,
    /// More of it.
    #[schema(example = "role: viewer to responder")]
    detail: Option<String>,
    /// The network that it came from.
    #[schema(example = "192.0.2.0/24")]
    network: Option<String>,
}

impl From<Record> for AuditEntry {
    fn from(record: Record) -> Self {
        let Record { at, actor, action, user, detail, network } = record;
        Self { at, actor, action, user, detail, network }
    }
}

/// Who did what to which account, when
///
/// For admins. The newest first; the next page, if there is one, is in the `Link` header.
#[utoipa::path(
    tag = "Audit",
    security(("bearer" = [])),
    params(AuditQuery),
    responses(
        (status = 200, description = "What was done", body = Vec<AuditEntry>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, NotAllowed,
    )
)]
#[get("/api/v1/audit")]
pub(crate) async fn audit(
    person: Person,
    Query(query): Query<AuditQuery>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    person.require(Role::Admin)?;
    let (before, limit) = (query.cursor.map(|Cursor(position)| position), query.limit.get());
    // one more than asked for tells whether there is a next page
    let mut entries = users.store.log(LOG, before, limit + 1).await?;
    let mut response = HttpResponse::Ok();
    if entries.len() > limit {
        entries.truncate(limit);
        if let Some(last) = entries.last() {
            response.insert_header(link_to_next(&request, &Cursor(last.position).encode()));
        }
    }
    let records: Result<Vec<Record>, _> =
        entries.into_iter().map(|entry| serde_json::from_value(entry.entry)).collect();
    let records = records.map_err(|error| ApiError::internal(&error))?;
    Ok(response.json(records.into_iter().map(AuditEntry::from).collect::<Vec<_>>()))
}
