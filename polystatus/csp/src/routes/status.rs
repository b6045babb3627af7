//! `GET /api/v1/csp/status` and `…/{id}`

use std::sync::Arc;

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::path::Id;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};

use super::path::ProviderInPath;
use super::refusals::NoSuchProvider;
use crate::Csp;
use crate::model::Standing;
use crate::views::{StatusList, StatusView};
use crate::writes::no_such_provider;

/// How all providers are
///
/// The `ETag` is of everything but the ages: 304 says that nothing has changed, and that everything is older.
#[utoipa::path(
    operation_id = "listStatus",
    tag = "Status",
    params(IfNoneMatchHeader),
    responses(
        (status = 200, description = "How they are, in the order of their ids", body = Vec<StatusView>,
            headers(("ETag" = String, description = "Changes with the list"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
    )
)]
#[get("/api/v1/csp/status")]
pub(crate) async fn all(request: HttpRequest, csp: web::Data<Csp>) -> HttpResponse {
    let list = ready(&csp);
    if not_modified(&request, || list.etag.clone()) {
        return HttpResponse::NotModified().insert_header(ETag(list.etag.clone())).finish();
    }
    let mut response = HttpResponse::Ok();
    response.insert_header(ETag(list.etag.clone()));
    super::json(response, list.body.clone())
}

/// The list, made once for all who ask within a second.
fn ready(csp: &Csp) -> Arc<StatusList> {
    let (snapshot, now) = (csp.store.read(), csp.scribe.clock.unix_seconds());
    if let Some(list) = &*csp.status.load()
        && list.revision == snapshot.revision()
        && list.now == now
    {
        return Arc::clone(list);
    }
    let list = Arc::new(StatusList::of(&snapshot, now, csp.poller.stale_after()));
    csp.status.store(Some(Arc::clone(&list)));
    list
}

/// How a provider is
#[utoipa::path(
    operation_id = "readStatus",
    tag = "Status",
    params(ProviderInPath),
    responses(
        (status = 200, description = "How it is", body = StatusView),
        NoSuchProvider,
    )
)]
#[get("/api/v1/csp/status/{id}")]
pub(crate) async fn one(Id(id): Id, csp: web::Data<Csp>) -> Result<HttpResponse, ApiError> {
    let (snapshot, now) = (csp.store.read(), csp.scribe.clock.unix_seconds());
    let standing = snapshot.get::<Standing>(&id).ok_or_else(no_such_provider)?;
    let view = StatusView::of(&snapshot, standing, now, csp.poller.stale_after()).ok_or_else(no_such_provider)?;
    Ok(HttpResponse::Ok().json(view))
}
