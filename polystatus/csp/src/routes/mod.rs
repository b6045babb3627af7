//! The endpoints, a file each.

mod audit;
mod events;
mod history;
mod incidents;
mod path;
mod provider;
mod providers;
mod refresh;
mod refusals;
mod status;
mod stream;

use actix_web::http::header::{self, ETag, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use chassis::cursor::link_to_next;
use chassis::paging::Page;
use chassis::preconditions::not_modified;
use serde::Serialize;
use store::Entry;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::etag;

/// Every endpoint.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(providers::list)
        .service(providers::create)
        .service(provider::read)
        .service(provider::replace)
        .service(provider::delete)
        .service(refresh::refresh)
        .service(events::list)
        .service(status::all)
        .service(status::one)
        .service(history::history)
        .service(stream::stream)
        .service(incidents::open)
        .service(audit::audit);
}

/// A document as it is now, with its `ETag`.
fn document<T: Serialize>(mut response: HttpResponseBuilder, entry: &Entry<T>) -> HttpResponse {
    response.insert_header(ETag(etag::of(entry))).json(&entry.document)
}

/// A list with the `ETag` of what is in it; 304 for who has it.
fn list<T: Serialize, P: Serialize>(request: &HttpRequest, page: &Page<T, P>) -> HttpResponse {
    let body = Bytes::from(serde_json::to_vec(&page.items).expect("a list of documents is plain data"));
    let tag = etag::of_body(&body);
    if not_modified(request, || tag.clone()) {
        return HttpResponse::NotModified().insert_header(ETag(tag)).finish();
    }
    let mut response = HttpResponse::Ok();
    response.insert_header(ETag(tag));
    if let Some(next) = &page.next {
        response.insert_header(link_to_next(request, &next.encode()));
    }
    json(response, body)
}

/// JSON that is there already.
fn json(mut response: HttpResponseBuilder, body: Bytes) -> HttpResponse {
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json"))).body(body)
}
