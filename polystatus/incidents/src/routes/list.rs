//! `GET /api/v1/incidents`

use actix_web::http::header::{self, ETag, EntityTag, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::cursor::link_to_next;
use chassis::extract::Query;
use chassis::paging::Paging;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReadRefused;
use store::Snapshot;

use crate::Incidents;
use crate::etag;
use crate::listing::{self, Filter, ListQuery};
use crate::model::Incident;

/// A list that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Rendered {
    body: Bytes,
    etag: EntityTag,
    link: Option<HeaderValue>,
}

/// List incidents, the newest first
///
/// The next page, if there is one, is in the `Link` header.
#[utoipa::path(
    operation_id = "listIncidents",
    tag = "Incidents",
    params(Filter, Paging, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The incidents that match", body = Vec<Incident>,
            headers(("ETag" = String, description = "Changes with the list"), ("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/incidents")]
pub(crate) async fn list(
    query: Query<ListQuery>,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = incidents.store.read();
    // what nearly everybody asks for is made once, not for each of them
    if request.query_string().is_empty() {
        let kept = incidents.front.get(&snapshot, |snapshot| render(snapshot, &query.0, &request));
        return Ok(answer(&request, &kept.1));
    }
    Ok(answer(&request, &render(&snapshot, &query.0, &request)))
}

fn render(snapshot: &Snapshot, query: &ListQuery, request: &HttpRequest) -> Rendered {
    let page = listing::page(snapshot, query);
    let body = listing::json_array(page.items.iter().map(|incident| incident.json()));
    let link = page.next.map(|next| link_to_next(request, &next.encode()).1);
    Rendered { etag: etag::of_body(&body), body, link }
}

fn answer(request: &HttpRequest, page: &Rendered) -> HttpResponse {
    if not_modified(request, || page.etag.clone()) {
        return HttpResponse::NotModified().insert_header(ETag(page.etag.clone())).finish();
    }
    let mut response = HttpResponse::Ok();
    response.insert_header(ETag(page.etag.clone()));
    if let Some(link) = &page.link {
        response.insert_header((header::LINK, link.clone()));
    }
    super::json(response, page.body.clone())
}
