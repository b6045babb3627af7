//! The endpoints, a file each.

mod alerts;
mod assign;
mod audit;
mod catalogue;
mod create;
mod followed;
mod followers;
mod list;
mod path;
mod postmortem;
mod read;
mod refusals;
mod report;
mod report_history;
mod report_list;
mod status;
mod stream;
mod timeline;
mod timeline_entry;
mod update;

use actix_web::http::header::{self, ETag, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use chassis::cursor::link_to_next;
use chassis::paging::Page;
use chassis::routes::unmatched;
use serde::Serialize;
use store::Entry;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::etag;
use crate::model::Incident;

pub(crate) use list::Rendered as RenderedList;

/// Every endpoint. The fixed path comes before `/incidents/{id}`, which would match it too.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(create::create).service(stream::stream);
    // with any other method it is a known path still, 405, and not an incident that nobody knows
    config.route("/api/v1/incidents/stream", web::to(unmatched));
    config
        .service(read::read)
        .service(update::update)
        .service(assign::assign)
        .service(status::status)
        .service(timeline::add)
        .service(timeline::list)
        .service(timeline_entry::replace)
        .service(timeline_entry::delete)
        .service(postmortem::write)
        .service(postmortem::read)
        .service(followers::list)
        .service(followers::follow)
        .service(followers::unfollow)
        .service(followed::followed)
        .service(catalogue::list)
        .service(catalogue::create)
        .service(catalogue::read)
        .service(catalogue::replace)
        .service(catalogue::delete)
        .service(report::report)
        .service(report_list::list)
        .service(report_history::history)
        .service(alerts::alerts)
        .service(audit::audit);
}

/// An incident as it is now, with its `ETag`.
fn incident(mut response: HttpResponseBuilder, entry: &Entry<Incident>) -> HttpResponse {
    response.insert_header(ETag(etag::of(entry))).content_type("application/json").body(entry.json())
}

/// A document as it is now, with its `ETag`.
fn document<T: Serialize>(mut response: HttpResponseBuilder, entry: &Entry<T>) -> HttpResponse {
    response.insert_header(ETag(etag::of(entry))).json(&entry.document)
}

/// A page of a list, with the link to the next one.
fn page<T>(request: &HttpRequest, page: &Page<T>, body: Bytes) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(next) = &page.next {
        response.insert_header(link_to_next(request, &next.encode()));
    }
    json(response, body)
}

/// JSON that is there already.
fn json(mut response: HttpResponseBuilder, body: Bytes) -> HttpResponse {
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json"))).body(body)
}
