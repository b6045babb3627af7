//! The endpoints, a file each.

mod audit;
mod evaluate;
mod explain;
mod flag;
mod flagd;
mod flags;
mod history;
mod kill;
mod ofrep;
mod ofrep_bulk;
mod path;
mod refusals;
mod requests;
mod schedules;
mod segments;
mod stale;
mod stream;
mod toggle;

use actix_web::http::header::{self, ETag, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use serde::Serialize;
use store::Entry;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::etag;

/// Every endpoint. A fixed path comes before one with an id, which would match it too.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(ofrep::evaluate)
        .service(ofrep_bulk::evaluate)
        .service(evaluate::evaluate)
        .service(stream::refetches)
        .service(stream::changes)
        .service(flagd::read)
        .service(flagd::replace)
        .service(flags::list)
        .service(flags::put)
        .service(toggle::toggle)
        .service(history::history)
        .service(history::roll_back)
        .service(explain::explain)
        .service(kill::kill)
        .service(kill::restore)
        .service(flag::read)
        .service(flag::delete)
        .service(stale::list)
        .service(segments::list)
        .service(segments::put)
        .service(segments::read)
        .service(segments::delete)
        .service(schedules::list)
        .service(schedules::plan)
        .service(schedules::read)
        .service(schedules::cancel)
        .service(requests::list)
        .service(requests::propose)
        .service(requests::read)
        .service(requests::approve)
        .service(requests::reject)
        .service(audit::audit);
}

/// A document as it is now, with its `ETag`.
fn document<T: Serialize>(mut response: HttpResponseBuilder, entry: &Entry<T>) -> HttpResponse {
    response.insert_header(ETag(etag::of(entry))).json(&entry.document)
}

/// JSON that is there already.
fn json(mut response: HttpResponseBuilder, body: Bytes) -> HttpResponse {
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json"))).body(body)
}
