//! `GET /api/v1/servers`

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::{BufMut, Bytes, BytesMut};
use chassis::ApiError;
use chassis::cursor::link_to_next;
use chassis::error::Detail;
use chassis::extract::Query;
use chassis::preconditions::{IfNoneMatchHeader, not_modified};
use chassis::refusals::ReadRefused;
use serde::Serialize;
use utoipa::ToSchema;

use crate::InventoryApi;
use crate::etag;
use crate::listing::{Filter, ListQuery, Page, Paging};
use crate::model::Server;

/// A page of servers: a description, since the answer is put together from JSON that is there already.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServerList {
    /// The servers of this page.
    servers: Vec<Server>,
    /// How many servers match, on all pages together.
    #[schema(example = 2)]
    count: usize,
}

/// List servers
///
/// The next page, if there is one, is in the `Link` header.
#[utoipa::path(
    tag = "Servers",
    params(Filter, Paging, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The servers that match", body = ServerList,
            headers(("ETag" = String, description = "Changes with every change of any server"), ("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/servers")]
pub(crate) async fn list(
    query: Query<ListQuery>,
    request: HttpRequest,
    inventory: web::Data<InventoryApi>,
) -> Result<HttpResponse, ApiError> {
    let published = inventory.ledger.read();
    if not_modified(&request, || etag::of_inventory(&published.snapshot)) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, published.etag.clone())).finish());
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    response.insert_header((header::ETAG, published.etag.clone()));
    if request.query_string().is_empty()
        && let Some(body) = published.front.get()
    {
        return Ok(response.body(body.clone()));
    }
    let page = published.snapshot.page(&query.0);
    let page = page.map_err(|error| ApiError::invalid(vec![Detail::new("cursor", error.to_string())]))?;
    let body = json(&page);
    match &page.next {
        Some(cursor) => drop(response.insert_header(link_to_next(&request, &cursor.encode()))),
        // a first page with a link to the second is not kept: the link would be lost
        None if request.query_string().is_empty() => drop(published.front.set(body.clone())),
        None => {}
    }
    Ok(response.body(body))
}

/// `{"servers": […], "count": …}`, of the JSON that each server has already.
fn json(page: &Page) -> Bytes {
    let length: usize = page.entries.iter().map(|entry| entry.json.len() + 1).sum();
    let mut body = BytesMut::with_capacity(length + 40);
    body.put_slice(br#"{"servers":["#);
    for (place, entry) in page.entries.iter().enumerate() {
        if place > 0 {
            body.put_u8(b',');
        }
        body.put_slice(&entry.json);
    }
    body.put_slice(br#"],"count":"#);
    body.put_slice(page.count.to_string().as_bytes());
    body.put_u8(b'}');
    body.freeze()
}
