//! `GET /api/v1/servers.csv`

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chassis::ApiError;
use chassis::extract::Query;
use chassis::refusals::ReadRefused;

use crate::InventoryApi;
use crate::import::{COLUMNS, for_spreadsheet};
use crate::listing::Filter;
use crate::model::Tag;

/// The servers as a table, for a spreadsheet
///
/// What it gives can be imported again. Times are in Unix seconds, as everywhere in this API.
#[utoipa::path(
    tag = "Views",
    params(Filter),
    responses(
        (status = 200, description = "A header and one line for each server (RFC 4180)", body = String,
            content_type = "text/csv",
            headers(("Content-Disposition" = String, description = "`attachment`: a browser saves it")),
            example = "id,hostname,ip,status,tags,description,created_at,updated_at,version\r\n1,web-prod-01,10.0.0.1,up,prod web,,1700000000,1700000000,1\r\n"),
        ReadRefused,
    )
)]
#[get("/api/v1/servers.csv")]
pub(crate) async fn export(
    Query(filter): Query<Filter>,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    let published = inventory.ledger.read();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(|error| ApiError::internal(&error))?;
    for entry in published.snapshot.matching(&filter) {
        let server = &entry.server;
        let tags: Vec<_> = server.tags.iter().map(Tag::as_str).collect();
        let fields = [
            server.id.to_string(),
            server.hostname.to_string(),
            server.ip.to_string(),
            server.status.to_string(),
            tags.join(" "),
            for_spreadsheet(&server.description),
            server.created_at.to_string(),
            server.updated_at.to_string(),
            server.version.to_string(),
        ];
        table.write_record(fields).map_err(|error| ApiError::internal(&error))?;
    }
    let table = table.into_inner().map_err(|error| ApiError::internal(error.error()))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"servers.csv\""))
        .body(table))
}
