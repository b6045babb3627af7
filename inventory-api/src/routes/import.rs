//! `POST /api/v1/servers/import`

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, post, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::{FromQuery, Parameters, Query, media_type, read_body};
use chassis::refusals::{BodyRefused, WriteRefused};
use futures_util::future::LocalBoxFuture;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::IntoParams;

use super::written;
use crate::InventoryApi;
use crate::command::{Command, ImportReport, OnExisting};
use crate::import::{Format, read};

/// Files that are in memory at once: each takes some ten times its size until it is committed, and commits follow one
/// another in any case.
pub(crate) const AT_ONCE: usize = 2;

/// The largest file, in bytes: [`crate::import::MAX_LINES`] of them, with a description of some words each.
const LIMIT: usize = 8 * 1024 * 1024;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// What to do with a hostname that is there already.
    #[param(value_type = Option<OnExisting>, inline)]
    on_existing: OnExisting,
}

impl FromQuery for ImportQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { on_existing: parameters.take("on_existing").unwrap_or_default() }
    }
}

/// A file of servers, and the permit to hold one in memory: the other files wait on the network until it is done.
pub(crate) struct File(Format, Bytes, OwnedSemaphorePermit);

impl FromRequest for File {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let format = Format::of(&media_type(request));
        let body = read_body(request, payload, LIMIT);
        let imports = request.app_data::<web::Data<InventoryApi>>().map(|inventory| Arc::clone(&inventory.imports));
        Box::pin(async move {
            let format = format.ok_or_else(|| ApiError::unsupported_media_type("text/csv or application/x-ndjson"))?;
            let imports = imports.ok_or_else(|| ApiError::unavailable("The inventory is not open", 1))?;
            let permit = imports.acquire_owned().await.map_err(|error| ApiError::internal(&error))?;
            Ok(Self(format, body.await?, permit))
        })
    }
}

/// Add many servers, all or none
///
/// As CSV with a header that names the columns (`hostname`, `ip` and `status` must be there, `tags` and `description`
/// may; `,` or `;` between them), or as JSON lines. Each mistake is named with its line.
#[utoipa::path(
    tag = "Servers",
    security(("bearer" = [])),
    params(ImportQuery),
    request_body(content(
        (String = "text/csv", example = "hostname,ip,status,tags\nweb-prod-02,10.0.0.3,up,web prod\n"),
        (String = "application/x-ndjson", example = "{\"hostname\":\"web-prod-02\",\"ip\":\"10.0.0.3\",\"status\":\"up\"}\n"),
    )),
    responses(
        (status = 200, description = "Every line was taken", body = ImportReport),
        (status = 409, description = "Some hostnames are there already; the details name their lines", body = ErrorBody,
            example = json!({
                "error": "Some hostnames are there already; with on_existing=update they are brought to what the file says",
                "details": [{"line": 2, "field": "hostname", "message": "web-prod-01 is there already"}]
            })),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/servers/import")]
pub(crate) async fn import(
    caller: Caller,
    Query(query): Query<ImportQuery>,
    File(format, text, _permit): File,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let lines = read(format, &text).map_err(ApiError::invalid)?;
    let outcome = inventory.ledger.submit(Command::Import(lines, query.on_existing), caller.subject).await?;
    Ok(written(HttpResponse::Ok(), &outcome))
}
