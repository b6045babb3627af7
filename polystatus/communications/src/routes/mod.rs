//! The endpoints, a file for each subject.

mod announce;
mod audit;
mod badge;
mod banner;
mod deliveries;
mod feeds;
mod maintenances;
mod page;
mod path;
mod public;
mod statuspage;
mod stream;
mod subscriptions;
mod webhooks;

use actix_web::http::header::{CACHE_CONTROL, ETag};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chassis::preconditions::not_modified;
use serde::Serialize;
use store::Entry;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::etag;
use crate::pages::Rendered;

/// Every endpoint.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(announce::announce)
        .service(public::status)
        .service(stream::stream)
        .service(banner::read)
        .service(banner::replace)
        .service(banner::delete)
        .service(maintenances::list)
        .service(maintenances::create)
        .service(maintenances::read)
        .service(maintenances::replace)
        .service(subscriptions::subscribe)
        .service(subscriptions::confirm)
        .service(subscriptions::unsubscribe)
        .service(page::confirm_page)
        .service(page::confirm)
        .service(page::unsubscribe_page)
        .service(page::unsubscribe)
        .service(webhooks::list)
        .service(webhooks::create)
        .service(webhooks::delete)
        .service(deliveries::list)
        .service(audit::audit);
    config
        .service(statuspage::summary)
        .service(statuspage::status)
        .service(statuspage::components)
        .service(statuspage::incidents)
        .service(statuspage::unresolved)
        .service(statuspage::maintenances)
        .service(statuspage::upcoming)
        .service(statuspage::active)
        .service(feeds::atom)
        .service(feeds::rss)
        .service(badge::badge);
}

/// A page that is ready, or that the client has it already. It may be kept, and is asked for again each time: what is
/// told must not be late.
fn rendered(request: &HttpRequest, page: &Rendered, content_type: &'static str) -> HttpResponse {
    if not_modified(request, || page.etag.clone()) {
        return HttpResponse::NotModified().insert_header(ETag(page.etag.clone())).finish();
    }
    HttpResponse::Ok()
        .insert_header(ETag(page.etag.clone()))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .content_type(content_type)
        .body(page.body.clone())
}

/// A document as it is now, with its `ETag`.
fn document<T: Serialize>(mut response: HttpResponseBuilder, entry: &Entry<T>) -> HttpResponse {
    response.insert_header(ETag(etag::of(entry))).json(&entry.document)
}
