//! What is shown at every other address.

use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::Method;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::answer::making;
use super::read::made;
use crate::DisplayProduct;

/// What the chassis answers: its routes come after those of the service.
const OF_THE_CHASSIS: [&str; 6] = ["/api", "/docs", "/openapi", "/livez", "/readyz", "/metrics"];

/// The generic page. Who asks for JSON and for no page gets the error in the shape that every service has.
pub(super) fn generic() -> Resource {
    web::resource("/{anything:.*}").guard(fn_guard(is_for_people)).route(web::get().to(page))
}

fn is_for_people(context: &GuardContext<'_>) -> bool {
    let head = context.head();
    let accept = head.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    let takes_pages = accept.contains("text/html") || accept.contains("*/*");
    let path = head.uri.path();
    head.method == Method::GET && takes_pages && !OF_THE_CHASSIS.iter().any(|begin| path.starts_with(begin))
}

async fn page(request: HttpRequest, service: web::Data<DisplayProduct>) -> HttpResponse {
    made!(&request, &service).not_found()
}
